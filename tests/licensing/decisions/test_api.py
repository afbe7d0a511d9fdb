"""Recommendation, decision and holds over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from tests.licensing.factories import Cast, a_cast, a_proposed, accept_documents, an_accepted, do_task
from tests.licensing.fixtures import Browser


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def proposed(unit: UnitOfWork, cast: Cast) -> UUID:
    with unit.begin(SYSTEM) as work:
        return a_proposed(work, cast).id


def test_from_the_recommendation_to_the_grant(unit: UnitOfWork, browser: Browser, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = an_accepted(work, cast).id
        accept_documents(work, cast, application_id)
        do_task(work, cast.case_officer, application_id, "done")
    path = f"/applications/{application_id}"
    proposal = {"outcome": "granted", "reason": "Đủ điều kiện.", "conditions": ["Không thả ban đêm."]}
    made = browser.as_(cast.case_officer).post(f"{path}/recommendation", proposal)
    assert (made.status_code, made.json["outcome"]) == (201, "granted")
    with unit.begin(SYSTEM) as work:
        do_task(work, cast.unit_head, application_id, "agree")
    decided = browser.as_(cast.approver).post(f"{path}/decision", {"outcome": "granted"})
    assert (decided.status_code, decided.json["conditions"]) == (201, ["Không thả ban đêm."])
    assert browser.get(f"{path}/decision").json["id"] == decided.json["id"]
    assert browser.as_(cast.applicant).get(f"{path}/decision").status_code == 404
    assert browser.as_(cast.approver).post(f"{path}/decision", {"outcome": "granted"}).status_code == 409


def test_a_refusal_names_its_grounds_with_remedies(browser: Browser, cast: Cast, proposed: UUID) -> None:
    path = f"/applications/{proposed}/decision"
    bare = browser.as_(cast.approver).post(path, {"outcome": "refused", "reason": "Không."})
    assert (bare.status_code, bare.json["errors"][0]["pointer"]) == (422, "/grounds")
    refused = browser.post(path, {"outcome": "refused", "reason": "Bão.", "grounds": ["no_wind"]})
    assert (refused.status_code, [item["id"] for item in refused.json["remedies"]]) == (201, ["no_wind", "appeal"])


def test_the_wrong_person_gets_403_and_a_closed_gate_422(browser: Browser, cast: Cast, proposed: UUID) -> None:
    path = f"/applications/{proposed}"
    grant = {"outcome": "granted"}
    for actor in (cast.applicant, cast.case_officer, cast.unit_head, cast.clerk):
        assert browser.as_(actor).post(f"{path}/decision", grant).status_code == 403
    hold = browser.as_(cast.case_officer).post(f"{path}/holds", {"reason": "Có đơn."})
    assert hold.status_code == 201
    closed = browser.as_(cast.approver).post(f"{path}/decision", grant)
    assert (closed.status_code, closed.json["type"]) == (422, "/problems/gate-closed")
    lifting = f"{path}/holds/{hold.json['id']}/lifting"
    assert browser.as_(cast.case_officer).post(lifting, {"reason": "Xong."}).status_code == 200
    assert browser.post(lifting, {"reason": "Xong."}).status_code == 409
    assert len(browser.get(f"{path}/holds").json) == 1
    assert browser.as_(cast.approver).post(f"{path}/decision", grant).status_code == 201


def test_a_proposal_is_sent_back_with_a_reason(browser: Browser, cast: Cast, proposed: UUID) -> None:
    path = f"/applications/{proposed}/recommendation/return"
    assert browser.as_(cast.approver).post(path, {}).status_code == 422
    returned = browser.post(path, {"reason": "Xem lại."})
    assert (returned.status_code, returned.json["status"]) == (200, "under_review")
    assert browser.post(path, {"reason": "Xem lại."}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [{}, {"outcome": "maybe"}, {"outcome": "granted", "grounds": "x"}, {"outcome": "granted", "by": "me"}],
)
def test_a_decision_of_the_wrong_shape_is_422(
    browser: Browser, cast: Cast, proposed: UUID, body: dict[str, Any]
) -> None:
    assert browser.as_(cast.approver).post(f"/applications/{proposed}/decision", body).status_code == 422
