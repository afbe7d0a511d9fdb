"""Tasks over HTTP: the worklist, and one task from claim to completion."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from config import tokens
from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import Role
from tests.licensing.factories import AGENCY, Cast, a_cast, a_pdf, an_accepted, an_officer
from tests.licensing.fixtures import Browser


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def application_id(unit: UnitOfWork, cast: Cast) -> UUID:
    with unit.begin(SYSTEM) as work:
        return an_accepted(work, cast).id


def the_open_task(browser: Browser) -> dict[str, Any]:
    (item,) = browser.get(f"/tasks?agency={AGENCY.code}").json["items"]
    found: dict[str, Any] = item
    return found


def test_a_task_from_the_worklist_to_its_completion(browser: Browser, cast: Cast, application_id: UUID) -> None:
    task = the_open_task(browser.as_(cast.case_officer))
    assert (task["step"], task["application_id"], task["state"]) == ("check", str(application_id), "ready")
    path = f"/tasks/{task['id']}"
    assert browser.post(f"{path}/claim").json["claimed_by"] == str(cast.case_officer.id)
    assert browser.post(f"{path}/release").json["state"] == "ready"
    assert browser.post(f"{path}/completion", {"action": "done"}).status_code == 403
    browser.post(f"{path}/claim")
    done = browser.post(f"{path}/completion", {"action": "done"})
    assert (done.status_code, done.json["state"]) == (200, "done")
    steps = browser.get(f"/applications/{application_id}/tasks").json
    assert [(item["step"], item["state"]) for item in steps] == [("check", "done"), ("recommend", "ready")]


def test_a_second_officer_gets_409_and_a_stranger_404(
    unit: UnitOfWork, browser: Browser, cast: Cast, application_id: UUID
) -> None:
    with unit.begin(SYSTEM) as work:
        rival = an_officer(work, Role.CASE_OFFICER)
    path = f"/tasks/{the_open_task(browser.as_(cast.case_officer))['id']}"
    browser.post(f"{path}/claim")
    taken = browser.as_(rival).post(f"{path}/claim")
    assert (taken.status_code, taken.json["type"]) == (409, "/problems/task-taken")
    assert browser.as_(cast.clerk).post(f"{path}/claim").status_code == 404
    assert browser.post(f"/tasks/{tokens.new_id()}/claim").status_code == 404
    assert browser.as_(cast.applicant).get("/tasks").status_code == 403
    assert browser.get(f"/applications/{application_id}/tasks").status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "grant"}, 422),
        ({"action": 5}, 422),
        ({}, 422),
        ({"action": "done", "reason": "\x00"}, 422),
        ({"action": "done", "grounds": ["bad_luck"]}, 422),
    ],
)
def test_a_completion_of_the_wrong_shape_is_refused(
    browser: Browser, cast: Cast, application_id: UUID, body: dict[str, Any], status: int
) -> None:
    path = f"/tasks/{the_open_task(browser.as_(cast.case_officer))['id']}"
    browser.post(f"{path}/claim")
    assert browser.post(f"{path}/completion", body).status_code == status


def test_the_record_of_a_step_is_put_to_its_task_by_who_works_on_it(
    unit: UnitOfWork, browser: Browser, cast: Cast, application_id: UUID
) -> None:
    path = f"/tasks/{the_open_task(browser.as_(cast.case_officer))['id']}"

    def put(content: bytes) -> int:
        data = {"file": (BytesIO(content), "biên bản.pdf")}
        return browser.send("PUT", f"{path}/record", data=data, content_type="multipart/form-data").status_code

    content = a_pdf()
    assert put(content) == 403
    browser.post(f"{path}/claim")
    assert put(b"no file that we take") == 422
    assert browser.get(f"{path}/record").status_code == 404
    assert put(content) == 200
    assert browser.as_(cast.clerk).get(f"{path}/record").data == content
    with unit.begin(SYSTEM) as work:
        rival = an_officer(work, Role.CASE_OFFICER)
    browser.as_(rival)
    assert put(content) == 403
