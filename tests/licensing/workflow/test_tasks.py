"""A task is one officer's at a time; completing it opens what comes next; recommending and deciding have own doors."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from config.access import SYSTEM, Actor
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import Role
from licensing.applications.lifecycle import Status
from licensing.applications.queries import application_by_id
from licensing.applications.withdraw import withdraw_application
from licensing.catalogue.terms import StepKind
from licensing.workflow.claim import claim_task, release_task
from licensing.workflow.complete import complete_by_service, complete_task
from licensing.workflow.errors import (
    ActionUnknown,
    NeedsMissing,
    NotYourTask,
    StepDoneElsewhere,
    TaskNotFound,
    TaskTaken,
)
from licensing.workflow.models import TaskState
from licensing.workflow.queries import open_tasks_of, tasks_of, worklist
from licensing.workflow.rules import Completion
from tests.licensing.factories import (
    AGENCY,
    Cast,
    a_cast,
    a_grant,
    a_proposal,
    acting,
    an_accepted,
    an_agency,
    an_officer,
    do_task,
    the_task,
)


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def application_id(unit: UnitOfWork, cast: Cast) -> UUID:
    with unit.begin(SYSTEM) as work:
        return an_accepted(work, cast).id


def test_claiming_the_first_task_begins_the_review(unit: UnitOfWork, cast: Cast, application_id: UUID) -> None:
    with unit.begin(cast.case_officer) as work:
        task = claim_task(work, the_task(work, application_id).id)
        assert (task.state, task.claimed_by) == (TaskState.CLAIMED, cast.case_officer.id)
        assert application_by_id(work, application_id).status == Status.UNDER_REVIEW
        assert claim_task(work, task.id) is task  # one's own stays one's own


def test_of_two_officers_who_claim_at_once_one_gets_the_task(
    unit: UnitOfWork, cast: Cast, application_id: UUID
) -> None:
    with unit.begin(SYSTEM) as work:
        rival = an_officer(work, Role.CASE_OFFICER)
        task_id = the_task(work, application_id).id
    start = threading.Barrier(2)

    def claim(actor: Actor) -> bool:
        start.wait(10)
        try:
            with unit.begin(actor) as work:
                claim_task(work, task_id)
        except TaskTaken:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(claim, [cast.case_officer, rival])) == [False, True]


def test_only_who_claimed_a_task_completes_it_or_gives_it_back(
    unit: UnitOfWork, cast: Cast, application_id: UUID
) -> None:
    with unit.begin(SYSTEM) as work:
        rival, task = an_officer(work, Role.CASE_OFFICER), the_task(work, application_id)
        with pytest.raises(NotYourTask):
            complete_task(acting(work, rival), task.id, Completion("done"))
        claim_task(acting(work, cast.case_officer), task.id)
        with pytest.raises(NotYourTask):
            complete_task(acting(work, rival), task.id, Completion("done"))
        with pytest.raises(NotYourTask):
            release_task(acting(work, rival), task.id)
        release_task(acting(work, cast.case_officer), task.id)
        assert claim_task(acting(work, rival), task.id).claimed_by == rival.id


def test_a_task_done_twice_is_done_once(unit: UnitOfWork, cast: Cast, application_id: UUID) -> None:
    with unit.begin(SYSTEM) as work:
        task = do_task(work, cast.case_officer, application_id, "done")
        with pytest.raises(TaskTaken):
            complete_task(acting(work, cast.case_officer), task.id, Completion("done"))
        with pytest.raises(TaskTaken):
            claim_task(acting(work, cast.case_officer), task.id)
        assert [(item.step, item.state) for item in tasks_of(work, application_id)] == [
            ("check", TaskState.DONE),
            ("recommend", TaskState.READY),
        ]


def test_an_action_must_be_the_step_s_and_bring_what_it_needs(
    unit: UnitOfWork, cast: Cast, application_id: UUID
) -> None:
    with unit.begin(SYSTEM) as work:
        case_officer = acting(work, cast.case_officer)
        task = claim_task(case_officer, the_task(work, application_id).id)
        with pytest.raises(ActionUnknown):
            complete_task(case_officer, task.id, Completion("grant"))
        complete_task(case_officer, task.id, Completion("done"))
        a_proposal(work, cast, application_id)
        with pytest.raises(NeedsMissing) as refused:
            do_task(work, cast.unit_head, application_id, "return")
        assert refused.value.errors == [{"pointer": "/reason", "detail": "This action needs a reason."}]


def test_what_is_sent_back_is_opened_anew_with_the_reason_and_the_old_task_stays(
    unit: UnitOfWork, cast: Cast, application_id: UUID
) -> None:
    with unit.begin(SYSTEM) as work:
        do_task(work, cast.case_officer, application_id, "done")
        a_proposal(work, cast, application_id)
        do_task(work, cast.unit_head, application_id, "return", "Chưa rõ.")
        task = the_task(work, application_id)
        assert (task.step, task.round, task.sent_back_because) == ("recommend", 2, "Chưa rõ.")
        assert application_by_id(work, application_id).status == Status.UNDER_REVIEW
        assert [item.step for item in tasks_of(work, application_id)].count("recommend") == 2


def test_recommending_deciding_signing_sealing_and_returning_are_not_completed_by_saying_so(
    unit: UnitOfWork, cast: Cast
) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_grant(work, cast).application_id
        for kind, actor in ((StepKind.SIGN, cast.approver), (StepKind.SEAL, cast.clerk), (StepKind.RETURN, cast.clerk)):
            with pytest.raises(StepDoneElsewhere):
                do_task(work, actor, application_id, "signed")
            assert complete_by_service(work, application_id, kind) is not None
            assert complete_by_service(work, application_id, kind) is None  # a job that comes twice
        assert not open_tasks_of(work, application_id)
        assert application_by_id(work, application_id).status == Status.CLOSED


def test_a_worklist_holds_the_open_tasks_of_one_s_roles_the_oldest_first(
    unit: UnitOfWork, cast: Cast, application_id: UUID, clock: FrozenClock
) -> None:
    with unit.begin(SYSTEM) as work:
        clock.advance(hours=1)
        second = an_accepted(work, cast).id
        mine = worklist(acting(work, cast.case_officer))
        assert [task.application_id for task in mine] == [application_id, second]
        assert [task.id for task in worklist(acting(work, cast.case_officer), after=mine[0].id)] == [mine[1].id]
        assert worklist(acting(work, cast.clerk)) == []
        assert worklist(acting(work, cast.applicant)) == []
        an_agency(work, replace(AGENCY, code="H98", seal_key="seal-other"))
        stranger = an_officer(work, Role.CASE_OFFICER, agency="H98")
        assert worklist(acting(work, stranger)) == []
        assert len(worklist(acting(work, cast.case_officer), agency=AGENCY.code, state="ready")) == 2
        assert worklist(acting(work, cast.case_officer), agency="H98") == []
        for actor in (stranger, cast.clerk, cast.applicant):
            with pytest.raises(TaskNotFound):
                claim_task(acting(work, actor), mine[0].id)


def test_nobody_works_on_a_withdrawn_application(unit: UnitOfWork, cast: Cast, application_id: UUID) -> None:
    with unit.begin(SYSTEM) as work:
        task_id = claim_task(acting(work, cast.case_officer), the_task(work, application_id).id).id
        withdraw_application(acting(work, cast.applicant), application_id, "Không cần nữa.")
        assert not open_tasks_of(work, application_id)
        with pytest.raises(NotYourTask):
            complete_task(acting(work, cast.case_officer), task_id, Completion("done"))
