"""Applications over HTTP: statuses, problem documents, ETags, files; the rules behind are tested beside."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from config import tokens
from config.access import SYSTEM, VISITOR
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import Role
from tests.licensing.factories import (
    AGENCY,
    ANSWERS,
    ELIGIBLE,
    KITES,
    Cast,
    a_cast,
    a_draft,
    a_newcomer,
    a_pdf,
    a_submitted,
    an_applicant,
    an_officer,
)
from tests.licensing.fixtures import Browser

NEW: dict[str, Any] = {"procedure": KITES, "agency": AGENCY.code, "answers": ANSWERS, "eligibility": ELIGIBLE}


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def submitted(unit: UnitOfWork, cast: Cast) -> UUID:
    with unit.begin(SYSTEM) as work:
        return a_submitted(work, cast).id


def upload(browser: Browser, application_id: str, document: str = "plan", content: bytes | None = None) -> Any:
    data = {"requirement_id": document, "file": (BytesIO(content or a_pdf()), "bản vẽ.pdf")}
    return browser.post(f"/applications/{application_id}/attachments", data=data)


def test_from_the_draft_to_the_acceptance(browser: Browser, cast: Cast) -> None:
    started = browser.as_(cast.applicant).post("/applications", NEW)
    assert started.status_code == 201
    path = f"/applications/{started.json['id']}"
    assert (started.json["status"], started.json["reference"]) == ("draft", None)
    assert upload(browser, started.json["id"]).status_code == 201
    shown = browser.get(path)
    assert [item["document"] for item in shown.json["attachments"]] == ["plan"]
    submitted = browser.post(f"{path}/submission")
    assert (submitted.status_code, submitted.json["submission"]["number"]) == (200, 1)
    accepted = browser.as_(cast.reception).post(f"{path}/acceptance")
    assert (accepted.status_code, accepted.json["reference"]) == (200, f"{AGENCY.code}-260212-0001")
    charges = browser.as_(cast.applicant).get(f"{path}/charges")
    assert [(item["fee"], item["vnd"]) for item in charges.json] == [("appraisal", 100_000)]


def test_a_draft_is_saved_with_the_etag_of_the_latest_version_only(
    unit: UnitOfWork, browser: Browser, cast: Cast
) -> None:
    with unit.begin(SYSTEM) as work:
        path = f"/applications/{a_draft(work, cast).id}"
    etag = browser.as_(cast.applicant).get(path).headers["ETag"]
    changed = {"answers": {"size": 3}}
    assert browser.send("PATCH", path, changed).status_code == 428
    first = browser.send("PATCH", path, changed, headers={"If-Match": etag})
    assert (first.status_code, first.json["answers"]) == (200, {"size": 3})
    stale = browser.send("PATCH", path, {"answers": {}}, headers={"If-Match": etag})
    assert (stale.status_code, stale.content_type) == (412, "application/problem+json")
    again = browser.send("PATCH", path, {"answers": {"size": 4}}, headers={"If-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert browser.get(path, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304


def test_an_incomplete_draft_is_422_with_the_place_of_every_fault(browser: Browser, cast: Cast) -> None:
    draft = browser.as_(cast.applicant).post("/applications", {**NEW, "answers": {"size": "big"}})
    refused = browser.post(f"/applications/{draft.json['id']}/submission")
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/application-incomplete")
    pointers = [fault["pointer"] for fault in refused.json["errors"]]
    assert pointers == ["/answers/name", "/answers/size", "/documents/plan"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**NEW, "procedure": 5}, "/procedure"),
        ({**NEW, "answers": []}, "/answers"),
        ({**NEW, "answers": {"name": "a\u0000b"}}, "/answers"),
        ({**NEW, "answers": {"a b": "c"}}, "/answers"),
        ({**NEW, "answers": {"a": [[1]]}}, "/answers"),
        ({**NEW, "eligibility": {"indoors": "yes"}}, "/eligibility/indoors/value"),
        ({**NEW, "organisation_id": "x"}, "/organisation_id"),
        ({**NEW, "status": "accepted"}, "/status"),
    ],
)
def test_a_body_of_the_wrong_shape_is_422_with_its_place(
    browser: Browser, cast: Cast, body: dict[str, Any], pointer: str
) -> None:
    refused = browser.as_(cast.applicant).post("/applications", body)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json["errors"]] == [pointer]


def test_a_second_submission_is_409(browser: Browser, cast: Cast, submitted: UUID) -> None:
    again = browser.as_(cast.applicant).post(f"/applications/{submitted}/submission")
    assert (again.status_code, again.json["type"]) == (409, "/problems/already-submitted")


@pytest.mark.parametrize("method", ["GET", "PATCH", "submission", "withdrawal", "attachments"])
def test_somebody_else_s_application_is_404_as_if_it_were_not_there(
    unit: UnitOfWork, browser: Browser, submitted: UUID, method: str
) -> None:
    with unit.begin(SYSTEM) as work:
        browser.as_(an_applicant(work, "Người Lạ"))
    for application_id in (submitted, tokens.new_id()):
        path = f"/applications/{application_id}"
        if method == "attachments":
            answer = upload(browser, str(application_id))
        elif method in ("GET", "PATCH"):
            answer = browser.send(method, path, {} if method == "PATCH" else None, headers={"If-Match": '"x"'})
        else:
            answer = browser.post(f"{path}/{method}", {} if method == "withdrawal" else None)
        assert (answer.status_code, answer.json["type"]) == (404, "/problems/application-not-found")


def test_nobody_without_the_role_gets_in(unit: UnitOfWork, browser: Browser, cast: Cast, submitted: UUID) -> None:
    path = f"/applications/{submitted}/acceptance"
    assert browser.as_(VISITOR).post(path).status_code == 401
    assert browser.as_(cast.applicant).post(path).status_code == 403
    assert browser.as_(cast.reception).post("/applications", NEW).status_code == 403
    with unit.begin(SYSTEM) as work:
        administrator = an_officer(work, Role.ADMINISTRATOR)
    assert browser.as_(administrator).get(f"/applications/{submitted}").status_code == 403


def test_a_disguised_file_is_422(browser: Browser, cast: Cast) -> None:
    draft = browser.as_(cast.applicant).post("/applications", NEW)
    refused = upload(browser, draft.json["id"], content=b"MZ\x90\x00 program")
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/file-type-refused")


def test_a_document_is_handed_out_as_it_came_and_taken_out_of_a_draft(browser: Browser, cast: Cast) -> None:
    draft = browser.as_(cast.applicant).post("/applications", NEW)
    content = a_pdf(2)
    receipt = upload(browser, draft.json["id"], content=content).json
    path = f"/applications/{draft.json['id']}/attachments/{receipt['id']}"
    file = browser.get(path)
    assert (file.data, file.headers["X-Content-Type-Options"]) == (content, "nosniff")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert browser.as_(cast.case_officer).get(path).status_code == 404
    assert browser.as_(cast.applicant).send("DELETE", path).status_code == 204
    assert browser.get(path).status_code == 404


def test_an_officer_judges_a_document_and_sees_the_verdict(browser: Browser, cast: Cast, submitted: UUID) -> None:
    path = f"/applications/{submitted}"
    browser.as_(cast.reception).post(f"{path}/acceptance")
    (item,) = browser.as_(cast.case_officer).get(path).json["attachments"]
    verdict = f"{path}/attachments/{item['id']}/verdict"
    assert browser.send("PUT", verdict, {"verdict": "rejected"}).status_code == 422
    assert browser.send("PUT", verdict, {"verdict": "rejected", "reason": "Mờ."}).status_code == 200
    assert (
        browser.send("PUT", f"{path}/attachments/{tokens.new_id()}/verdict", {"verdict": "accepted"}).status_code == 404
    )
    (item,) = browser.get(path).json["attachments"]
    assert (item["verdict"], item["verdict_reason"]) == ("rejected", "Mờ.")
    assert browser.get(f"{path}/attachments/{item['id']}").status_code == 200


def test_what_is_returned_comes_with_its_reason_and_officials_see_what_was_handed_in(
    browser: Browser, cast: Cast, submitted: UUID
) -> None:
    path = f"/applications/{submitted}"
    returned = browser.as_(cast.reception).post(f"{path}/return", {"reason": "Thiếu ảnh.\nBổ sung."})
    assert (returned.status_code, returned.json["return_reason"]) == (200, "Thiếu ảnh.\nBổ sung.")
    etag = browser.as_(cast.applicant).get(path).headers["ETag"]
    browser.send("PATCH", path, {"answers": {"name": "Khác"}}, headers={"If-Match": etag})
    assert browser.get(path).json["answers"] == {"name": "Khác"}
    assert browser.as_(cast.reception).get(path).json["answers"] == ANSWERS


def test_lists_hold_one_s_own_or_one_s_agency_s_and_go_on_behind_the_last(
    browser: Browser, cast: Cast, submitted: UUID
) -> None:
    draft = browser.as_(cast.applicant).post("/applications", NEW).json["id"]
    first = browser.get("/applications?limit=1").json
    second = browser.get(f"/applications?limit=1&after={first['next']}").json
    assert {first["items"][0]["id"], second["items"][0]["id"]} == {draft, str(submitted)}
    assert browser.get("/applications?limit=9").json["next"] is None
    received = f"/applications/received?agency={AGENCY.code}"
    assert [item["id"] for item in browser.as_(cast.reception).get(received).json["items"]] == [str(submitted)]
    assert browser.get(f"{received}&status=accepted").json["items"] == []
    assert browser.get("/applications/received?agency=H98").json["items"] == []
    assert browser.get("/applications/received").status_code == 422


def test_an_applicant_withdraws(browser: Browser, cast: Cast, submitted: UUID) -> None:
    path = f"/applications/{submitted}"
    withdrawn = browser.as_(cast.applicant).post(f"{path}/withdrawal", {"reason": "Đổi ý."})
    assert (withdrawn.status_code, withdrawn.json["status"]) == (200, "withdrawn")
    assert browser.as_(cast.reception).post(f"{path}/acceptance").status_code == 409


def test_an_address_that_is_not_verified_has_its_own_problem(unit: UnitOfWork, browser: Browser, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        newcomer = a_newcomer(work)
    draft = browser.as_(newcomer).post("/applications", NEW).json["id"]
    upload(browser, draft)
    refused = browser.post(f"/applications/{draft}/submission")
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/address-not-verified")
    assert browser.get(f"/applications/{draft}").json["status"] == "draft"
