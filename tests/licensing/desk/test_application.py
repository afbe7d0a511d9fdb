"""The page of an application: what is offered is what would be accepted; refusals show how things stand now."""

from __future__ import annotations

import re
import time
from uuid import UUID

import pytest

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.accounts.grant_role import grant_role
from licensing.accounts.queries import account_by_id, actor_of
from licensing.accounts.roles import Role
from licensing.applications.queries import application_by_id, latest_submission, verdicts_of
from licensing.decisions.queries import holds_on, latest_recommendation, standing_decision
from licensing.workflow.claim import claim_task
from licensing.workflow.models import TaskState
from tests.licensing.desk.conftest import Desk
from tests.licensing.factories import (
    AGENCY,
    SINCE,
    Cast,
    a_proposed,
    a_submitted,
    accept_documents,
    acting,
    an_accepted,
    an_officer,
    do_task,
    the_task,
)

HOSTILE = '<script>alert("1")</script> & #import "x" {{ 7*7 }}'


def address(application_id: UUID) -> str:
    return f"/desk/applications/{application_id}"


@pytest.fixture
def accepted(unit: UnitOfWork, cast: Cast) -> UUID:
    with unit.begin(SYSTEM) as work:
        return an_accepted(work, cast).id


@pytest.fixture
def proposed(unit: UnitOfWork, cast: Cast) -> UUID:
    with unit.begin(SYSTEM) as work:
        return a_proposed(work, cast).id


def document_of(unit: UnitOfWork, application_id: UUID) -> UUID:
    with unit.begin(SYSTEM) as work:
        submission = latest_submission(work, application_id)
        assert submission is not None
        return UUID(submission.attachments[0]["id"])


def step_of(unit: UnitOfWork, application_id: UUID) -> UUID:
    with unit.begin(SYSTEM) as work:
        return the_task(work, application_id).id


def test_reception_accepts_or_returns_with_everything_that_is_missing(unit: UnitOfWork, desk: Desk, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        first, second = a_submitted(work, cast).id, a_submitted(work, cast).id
    assert "acceptance" not in desk.as_(cast.case_officer).get(address(first))
    desk.as_(cast.reception).get(address(first))
    assert desk.post(f"{address(first)}/return", reason="  ").status_code == 422
    assert "Hãy ghi lý do." in desk.page
    assert desk.post(f"{address(first)}/acceptance").status_code == 303
    assert desk.post(f"{address(first)}/acceptance").status_code == 409  # a double click
    assert "Chưa có gì thay đổi" in desk.page
    desk.get(address(second))
    assert desk.post(f"{address(second)}/return", reason=HOSTILE).status_code == 303
    with unit.begin(SYSTEM) as work:
        assert application_by_id(work, first).status == "accepted"
        assert application_by_id(work, second).return_reason == HOSTILE


def test_the_second_officer_learns_who_has_the_step(unit: UnitOfWork, desk: Desk, cast: Cast, accepted: UUID) -> None:
    with unit.begin(SYSTEM) as work:
        rival = an_officer(work, Role.CASE_OFFICER)
    path = f"{address(accepted)}/steps/{step_of(unit, accepted)}"
    desk.as_(rival).get(address(accepted))
    with unit.begin(SYSTEM) as work:
        claim_task(acting(work, cast.case_officer), the_task(work, accepted).id)
    assert desk.post(f"{path}/claim").status_code == 409
    assert f"{cast.case_officer.name} đang xử lý bước này." in desk.page
    assert "/claim" not in desk.get(address(accepted)) and "/completion" not in desk.page
    assert desk.post(f"{path}/completion", action="done").status_code == 403
    assert desk.post(f"{path}/release").status_code == 403


def test_a_step_is_claimed_given_back_and_completed(unit: UnitOfWork, desk: Desk, cast: Cast, accepted: UUID) -> None:
    path = f"{address(accepted)}/steps/{step_of(unit, accepted)}"
    desk.as_(cast.case_officer)
    for act in ("claim", "release", "claim"):
        desk.get(address(accepted))
        assert desk.post(f"{path}/{act}").status_code == 303
    desk.get(address(accepted))
    assert desk.post(f"{path}/completion", action="nonsense").status_code == 422
    assert desk.post(f"{path}/completion", action="done").status_code == 303
    assert desk.post(f"{path}/completion", action="done").status_code == 409
    with unit.begin(SYSTEM) as work:
        assert the_task(work, accepted).step == "recommend"


def test_a_stale_page_changes_nothing(unit: UnitOfWork, desk: Desk, cast: Cast, accepted: UUID) -> None:
    desk.as_(cast.case_officer).get(address(accepted))
    stale = desk.page
    with unit.begin(SYSTEM) as work:
        accept_documents(work, cast, accepted)
        do_task(work, cast.case_officer, accepted, "done")
    desk.page = stale
    answer = desk.post(f"{address(accepted)}/recommendation", outcome="granted", reason="Được.")
    assert answer.status_code == 409
    with unit.begin(SYSTEM) as work:
        assert latest_recommendation(work, accepted) is None


def test_a_form_without_its_token_is_refused(desk: Desk, cast: Cast, accepted: UUID) -> None:
    desk.as_(cast.case_officer).get(address(accepted))
    answer = desk.post(f"{address(accepted)}/holds", reason="Chờ.", csrf_token="")
    assert answer.status_code == 403
    assert "Chờ." in answer.get_data(as_text=True)  # it can be sent again


def test_a_verdict_needs_its_reason_and_goes_on_to_the_next(
    unit: UnitOfWork, desk: Desk, cast: Cast, accepted: UUID
) -> None:
    document = document_of(unit, accepted)
    path = f"{address(accepted)}/documents/{document}"
    desk.as_(cast.case_officer).get(path)
    assert desk.post(f"{path}/verdict", verdict="rejected", reason="", then="next").status_code == 422
    assert desk.post(f"{path}/verdict", verdict="rejected", reason=HOSTILE, then="next").status_code == 303
    assert desk.post(f"{path}/verdict", verdict="rejected", reason=HOSTILE, then="next").status_code == 303  # twice
    assert desk.post(f"{path}/verdict", verdict="accepted").status_code == 409  # from a page that did not show it
    page = desk.get(path)
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    with unit.begin(SYSTEM) as work:
        found = verdicts_of(work, accepted)[document]
        assert (found.verdict, found.reason) == ("rejected", HOSTILE)


def test_a_document_is_shown_as_an_image_and_saved_as_a_file(
    unit: UnitOfWork, desk: Desk, cast: Cast, accepted: UUID
) -> None:
    path = f"{address(accepted)}/documents/{document_of(unit, accepted)}"
    desk.as_(cast.case_officer)
    image = desk.client.get(f"{path}/pages/1")
    assert (image.status_code, image.mimetype, image.data[:4]) == (200, "image/webp", b"RIFF")
    assert (
        image.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in image.headers["Content-Security-Policy"]
    )
    assert desk.client.get(f"{path}/pages/2").status_code == 422
    assert desk.client.get(f"{path}/pages/0").status_code == 422
    saved = desk.client.get(f"{path}/file")
    assert saved.headers["Content-Disposition"].startswith("attachment") and saved.data.startswith(b"%PDF-")
    assert desk.as_(cast.applicant).client.get(f"{path}/pages/1").status_code == 403


def test_a_recommendation_is_made_with_its_needs(unit: UnitOfWork, desk: Desk, cast: Cast, accepted: UUID) -> None:
    with unit.begin(SYSTEM) as work:
        accept_documents(work, cast, accepted)
        do_task(work, cast.case_officer, accepted, "done")
    path = f"{address(accepted)}/recommendation"
    desk.as_(cast.case_officer).get(address(accepted))
    assert desk.post(path, reason="Vì sao").status_code == 422
    assert desk.post(path, outcome="refused", reason="Diều quá to.").status_code == 422
    assert "Phải chọn căn cứ từ chối." in desk.page and "Diều quá to." in desk.page
    assert desk.post(path, outcome="granted", reason="").status_code == 422
    assert (
        desk.post(path, outcome="granted", reason="Được.\r\nTốt.", conditions="Ban ngày\n\nXa sân bay").status_code
        == 303
    )
    with unit.begin(SYSTEM) as work:
        found = latest_recommendation(work, accepted)
        assert found is not None
        assert (found.reason, found.conditions) == ("Được.\nTốt.", ["Ban ngày", "Xa sân bay"])


def test_the_approver_decides_and_a_double_click_shows_that_it_is_done(
    unit: UnitOfWork, desk: Desk, cast: Cast, proposed: UUID
) -> None:
    path = f"{address(proposed)}/decision"
    desk.as_(cast.approver).get(address(proposed))
    assert desk.post(path, outcome="refused", reason="Không.").status_code == 422
    assert desk.post(path, outcome="back", reason="").status_code == 422
    assert desk.post(path, outcome="granted").status_code == 303
    assert desk.post(path, outcome="granted").status_code == 409
    assert "Quyết định cấp" in desk.page
    with unit.begin(SYSTEM) as work:
        decision = standing_decision(work, proposed)
        assert decision is not None and decision.outcome == "granted"


def test_a_refusal_names_its_ground_and_a_proposal_is_sent_back(
    unit: UnitOfWork, desk: Desk, cast: Cast, proposed: UUID
) -> None:
    with unit.begin(SYSTEM) as work:
        other = a_proposed(work, cast).id
    desk.as_(cast.approver).get(address(proposed))
    answer = desk.post(f"{address(proposed)}/decision", outcome="refused", reason="To.", grounds="too_large")
    assert answer.status_code == 303
    desk.get(address(other))
    assert desk.post(f"{address(other)}/decision", outcome="back", reason="Xem lại.").status_code == 303
    with unit.begin(SYSTEM) as work:
        decision = standing_decision(work, proposed)
        assert decision is not None and decision.outcome == "refused"
        assert the_task(work, other).sent_back_because == "Xem lại."
    assert "Xem lại." in desk.as_(cast.case_officer).get(address(other))


def test_who_recommended_is_told_that_somebody_else_decides(
    unit: UnitOfWork, desk: Desk, cast: Cast, proposed: UUID
) -> None:
    with unit.begin(SYSTEM) as work:
        grant_role(work, cast.case_officer.account_id, AGENCY.code, Role.APPROVER, SINCE)
        both = actor_of(work, account_by_id(work, cast.case_officer.account_id))
    page = desk.as_(both).get(address(proposed))
    assert "Bạn đã đề xuất hồ sơ này; người khác phải quyết định." in page
    assert 'value="granted"' not in page
    assert desk.post(f"{address(proposed)}/decision", outcome="granted").status_code == 403
    with unit.begin(SYSTEM) as work:
        assert the_task(work, proposed).state == TaskState.READY


def test_a_hold_keeps_the_grant_from_being_offered_until_it_is_lifted(
    unit: UnitOfWork, desk: Desk, cast: Cast, proposed: UUID
) -> None:
    desk.as_(cast.approver).get(address(proposed))
    assert 'value="granted"' in desk.page
    assert desk.post(f"{address(proposed)}/holds", reason=HOSTILE).status_code == 303
    page = desk.get(address(proposed))
    assert 'value="granted"' not in page and "Hồ sơ đang bị tạm dừng cấp." in page and "<script>alert" not in page
    assert desk.post(f"{address(proposed)}/decision", outcome="granted").status_code == 422  # by hand
    with unit.begin(SYSTEM) as work:
        (hold,) = holds_on(work, proposed)
    desk.get(address(proposed))
    lifting = f"{address(proposed)}/holds/{hold.id}/lifting"
    assert desk.post(lifting, reason="").status_code == 422
    assert desk.post(lifting, reason="Xong.").status_code == 303
    assert 'value="granted"' in desk.get(address(proposed))


def test_strangers_and_other_agencies_find_nothing(desk: Desk, cast: Cast, accepted: UUID) -> None:
    desk.get(address(accepted), 303)
    desk.as_(cast.applicant).get(address(accepted), 403)
    desk.as_(cast.clerk).get(address(accepted))
    desk.get(address(cast.applicant.account_id), 404)


def test_every_answer_and_name_is_shown_as_text(unit: UnitOfWork, desk: Desk, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = an_accepted(work, cast, name="Diều <img src=x onerror=alert(1)> & {{ 7*7 }}").id
    page = desk.as_(cast.case_officer).get(address(application_id))
    assert "Diều &lt;img src=x onerror=alert(1)&gt; &amp; {{ 7*7 }}" in page
    assert re.search("<img src=x", page) is None
    page = desk.get(f"/en{address(application_id)}")
    assert "What you can do now" in page


def test_the_page_takes_few_queries_and_little_time(desk: Desk, cast: Cast, proposed: UUID) -> None:
    desk.as_(cast.approver).get(address(proposed))
    with desk.counted():
        desk.get(address(proposed))
    assert 0 < desk.queries <= 12
    took = []
    for _ in range(20):
        began = time.process_time()  # of this process alone: other work on the machine is not the page's
        desk.get(address(proposed))
        took.append(time.process_time() - began)
    assert sorted(took)[18] < 0.08


def test_who_seals_only_lands_on_the_documents_to_seal(desk: Desk, cast: Cast) -> None:
    assert desk.as_(cast.clerk).client.get("/desk").headers["Location"].endswith("/desk/sealing")
