"""What a decision rested on is asked again before a licence is entered; a hold or an ended appointment voids it."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.accounts.end_appointment import end_appointment
from licensing.accounts.queries import signing_appointments
from licensing.applications.errors import ApplicationNotFound, MoveNotPossible, NotInCharge
from licensing.applications.lifecycle import Status
from licensing.applications.models import DocumentVerdict
from licensing.applications.queries import application_by_id
from licensing.catalogue.terms import StepKind
from licensing.decisions.approve import approve
from licensing.decisions.errors import GateChanged, GateClosed, HoldLifted, HoldNotFound
from licensing.decisions.hold import lift_hold, place_hold
from licensing.decisions.issue_gate import check_gate_again
from licensing.decisions.models import Decision
from licensing.decisions.queries import decision_by_id, holds_in_charge
from licensing.decisions.set_aside import set_aside
from licensing.workflow.complete import complete_by_service
from licensing.workflow.models import TaskState
from licensing.workflow.queries import tasks_of
from tests.licensing.factories import (
    AGENCY,
    Cast,
    a_cast,
    a_grant,
    a_proposal,
    a_proposed,
    acting,
    do_task,
    the_task,
)


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def decision(unit: UnitOfWork, cast: Cast) -> Decision:
    with unit.begin(SYSTEM) as work:
        return a_grant(work, cast)


def test_the_gate_stays_open_while_the_document_is_signed_and_sealed(unit: UnitOfWork, decision: Decision) -> None:
    with unit.begin(SYSTEM) as work:
        check_gate_again(work, decision_by_id(work, decision.id))
        for kind in (StepKind.SIGN, StepKind.SEAL):
            complete_by_service(work, decision.application_id, kind)
            check_gate_again(work, decision_by_id(work, decision.id))


def test_a_hold_between_decision_and_entry_closes_the_gate_until_it_is_lifted(
    unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    with unit.begin(cast.case_officer) as work:
        hold_id = place_hold(work, decision.application_id, "Có đơn tố cáo.").id
    with pytest.raises(GateClosed, match="hold"), unit.begin(SYSTEM) as work:
        check_gate_again(work, decision_by_id(work, decision.id))
    with unit.begin(cast.case_officer) as work:
        lift_hold(work, decision.application_id, hold_id, "Đã xác minh.")
    with unit.begin(SYSTEM) as work:
        check_gate_again(work, decision_by_id(work, decision.id))


def test_an_appointment_that_ended_since_the_decision_closes_the_gate(
    unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    with unit.begin(SYSTEM) as work:
        (appointment,) = signing_appointments(work, cast.approver.account_id, AGENCY.code)
        end_appointment(work, appointment.id, date(2026, 2, 11))
        with pytest.raises(GateChanged, match="may no longer sign"):
            check_gate_again(work, decision_by_id(work, decision.id))


def test_a_document_rejected_after_the_decision_closes_the_gate(
    unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    """No verb does this any more; whoever could would have to do it in the database."""
    with unit.begin(SYSTEM) as work:
        (good,) = work.session.query(DocumentVerdict).all()
        values = {"reason": "Giả mạo.", "verdict": "rejected", "judged_at": good.judged_at, "judged_by": good.judged_by}
        work.session.add(
            DocumentVerdict(
                id=decision.id, application_id=good.application_id, attachment_id=good.attachment_id, **values
            )
        )
        with pytest.raises(GateClosed, match="rejected"):
            check_gate_again(work, decision_by_id(work, decision.id))


def test_other_evidence_than_that_of_the_decision_closes_the_gate(unit: UnitOfWork, decision: Decision) -> None:
    with unit.begin(SYSTEM) as work:
        tasks_of(work, decision.application_id)[0].action = "skipped"
        with pytest.raises(GateChanged):
            check_gate_again(work, decision_by_id(work, decision.id))


def test_under_a_hold_nothing_is_granted(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_proposed(work, cast).id
        place_hold(acting(work, cast.unit_head), application_id, "Chờ xác minh.")
        with pytest.raises(GateClosed):
            approve(acting(work, cast.approver), application_id)


def test_a_hold_and_the_entry_come_one_after_the_other(unit: UnitOfWork, cast: Cast, decision: Decision) -> None:
    placed = threading.Event()

    def hold() -> None:
        with unit.begin(cast.case_officer) as work:
            place_hold(work, decision.application_id, "Muộn.")
        placed.set()

    with unit.begin(SYSTEM) as work:
        check_gate_again(work, decision_by_id(work, decision.id))
        thread = threading.Thread(target=hold)
        thread.start()
        assert not placed.wait(0.5)  # the gate holds the application's lock until the entry is committed
    thread.join(10)
    assert placed.is_set()


def test_holds_are_the_agency_s_to_place_and_to_lift_once(unit: UnitOfWork, cast: Cast, decision: Decision) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = decision.application_id
        with pytest.raises(ApplicationNotFound):
            place_hold(acting(work, cast.applicant), application_id, "Không")
        with pytest.raises(NotInCharge):
            place_hold(acting(work, cast.clerk), application_id, "Không")
        hold = place_hold(acting(work, cast.case_officer), application_id, "Có đơn.")
        with pytest.raises(HoldNotFound):
            lift_hold(acting(work, cast.case_officer), application_id, decision.id, "Xong.")
        lift_hold(acting(work, cast.case_officer), application_id, hold.id, "Xong.")
        with pytest.raises(HoldLifted):
            lift_hold(acting(work, cast.case_officer), application_id, hold.id, "Xong.")
        assert [item.lift_reason for item in holds_in_charge(acting(work, cast.clerk), application_id)] == ["Xong."]


def test_a_closed_application_takes_no_hold(unit: UnitOfWork, cast: Cast, decision: Decision) -> None:
    with unit.begin(SYSTEM) as work:
        for kind in (StepKind.SIGN, StepKind.SEAL, StepKind.RETURN):
            complete_by_service(work, decision.application_id, kind)
        with pytest.raises(MoveNotPossible):
            place_hold(acting(work, cast.case_officer), decision.application_id, "Muộn.")


def test_a_decision_set_aside_is_examined_again_and_decided_anew(
    unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = decision.application_id
        for _ in range(2):
            set_aside(work, decision.id, "Có đơn tố cáo sau khi quyết định.")
        assert application_by_id(work, application_id).status == Status.UNDER_REVIEW
        assert [task.step for task in tasks_of(work, application_id) if task.state == TaskState.DROPPED] == ["sign"]
        task = the_task(work, application_id)
        assert (task.step, task.round) == ("recommend", 2)
        with pytest.raises(GateChanged):
            check_gate_again(work, decision_by_id(work, decision.id))
        a_proposal(work, cast, application_id)
        do_task(work, cast.unit_head, application_id, "agree")
        again = approve(acting(work, cast.approver), application_id)
        assert again.id != decision.id
        check_gate_again(work, again)
