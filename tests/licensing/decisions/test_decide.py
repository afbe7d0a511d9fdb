"""Two persons for a grant, authority for any decision, evidence kept; a refusal says why and what can be done."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from config.access import SYSTEM, Actor
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.end_appointment import end_appointment
from licensing.accounts.errors import AppointmentEnded, AppointmentMissing
from licensing.accounts.grant_role import grant_role
from licensing.accounts.queries import account_by_id, actor_of, signing_appointments
from licensing.accounts.roles import Role
from licensing.applications.canonical import digest
from licensing.applications.errors import ApplicationNotFound, MoveNotPossible, NotInCharge
from licensing.applications.lifecycle import Status
from licensing.applications.queries import application_by_id
from licensing.applications.withdraw import withdraw_application
from licensing.decisions.approve import approve
from licensing.decisions.errors import (
    ApplicantMayNotDecide,
    DecisionNotFound,
    GateClosed,
    RecommendationAgainst,
    RecommenderMayNotDecide,
)
from licensing.decisions.queries import decision_on, latest_recommendation, standing_decision
from licensing.decisions.recommend import Proposal, recommend
from licensing.decisions.refuse import refuse
from licensing.decisions.rules import check_separate
from licensing.decisions.send_back import send_back
from licensing.workflow.claim import claim_task
from licensing.workflow.errors import NeedsMissing, NotYourTask, StepNotOpen
from tests.licensing.factories import (
    AGENCY,
    SINCE,
    Cast,
    a_cast,
    a_grant,
    a_proposal,
    a_proposed,
    a_refusal,
    accept_documents,
    acting,
    an_accepted,
    an_officer,
    do_task,
    the_task,
)


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


def test_a_grant_is_decided_by_a_second_person_and_carries_its_evidence(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        decision = a_grant(work, cast)
        assert (decision.outcome, decision.decided_by) == ("granted", cast.approver.id)
        assert decision.recommended_by == cast.case_officer.id
        assert application_by_id(work, decision.application_id).status == Status.DECIDED
        assert the_task(work, decision.application_id).step == "sign"
        evidence = json.loads(decision.evidence)
        assert digest(decision.evidence) == decision.evidence_sha256
        assert [item["verdict"] for item in evidence["documents"]] == ["accepted"]
        assert [item["step"] for item in evidence["steps"]] == ["check", "recommend", "review"]
        assert evidence["charges"] == [{"fee": "appraisal", "vnd": 100_000}]
        assert evidence["decider"]["account"] == str(cast.approver.id)


def test_a_refusal_names_grounds_provisions_remedies_and_the_appeal(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        decision = a_refusal(work, cast)
        ground, appeal = decision.remedies
        assert (decision.outcome, decision.grounds) == ("refused", ["too_large"])
        assert ground["text"]["vi"] == "Diều quá to."
        assert ground["provision"] == "Điều 6, Luật Diều (1/2025/QH15)"
        assert ground["remedy"]["vi"] == "Làm diều nhỏ hơn và nộp lại."
        assert "90 ngày" in appeal["text"]["vi"]
        assert the_task(work, decision.application_id).step == "sign_refusal"


@pytest.mark.parametrize("grounds", [[], ["bad_luck"]])
def test_a_refusal_without_a_ground_that_the_procedure_knows_is_no_refusal(
    unit: UnitOfWork, cast: Cast, grounds: list[str]
) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_proposed(work, cast, "refused").id
    with pytest.raises(NeedsMissing), unit.begin(cast.approver) as work:
        refuse(work, application_id, "Không.", grounds)
    with pytest.raises(NeedsMissing), unit.begin(cast.approver) as work:
        refuse(work, application_id, "", ["too_large"])
    with unit.begin(SYSTEM) as work:
        assert standing_decision(work, application_id) is None
        assert application_by_id(work, application_id).status == Status.PROPOSED


def an_all_rounder(work: Work) -> Actor:
    """Somebody with both roles, and the authority to sign: only the rule of separate persons stands in the way."""
    officer = an_officer(work, Role.APPROVER, key="official-hai-vai")
    grant_role(work, officer.account_id, AGENCY.code, Role.CASE_OFFICER, SINCE)
    return actor_of(work, account_by_id(work, officer.account_id))


def test_nobody_decides_on_an_own_recommendation_not_even_on_an_earlier_one(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        officer = an_all_rounder(work)
        application = an_accepted(work, cast)
        accept_documents(work, cast, application.id)
        do_task(work, cast.case_officer, application.id, "done")
        recommend(acting(work, officer), application.id, Proposal("granted", "Tốt."))
        do_task(work, cast.unit_head, application.id, "agree")
        with pytest.raises(RecommenderMayNotDecide):
            approve(acting(work, officer), application.id)
        with pytest.raises(RecommenderMayNotDecide):
            refuse(acting(work, officer), application.id, "Không.", ["too_large"])
        send_back(acting(work, cast.approver), application.id, "Xem lại.")
        a_proposal(work, cast, application.id)
        do_task(work, cast.unit_head, application.id, "agree")
        with pytest.raises(RecommenderMayNotDecide):
            approve(acting(work, officer), application.id)
        assert approve(acting(work, cast.approver), application.id).recommended_by == cast.case_officer.id


def test_the_database_itself_refuses_one_person_for_both(unit: UnitOfWork, cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="two_persons"), unit.begin(SYSTEM) as work:
        decision = a_grant(work, cast)
        decision.recommended_by = decision.decided_by
        work.session.flush()


def test_nobody_decides_on_an_own_application() -> None:
    someone, other = UUID(int=1), UUID(int=2)
    with pytest.raises(ApplicantMayNotDecide):
        check_separate(someone, {other}, someone)
    check_separate(someone, {other}, other)


def test_the_wrong_person_does_not_decide(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_proposed(work, cast).id
        for actor, error in (
            (cast.applicant, ApplicationNotFound),
            (cast.clerk, NotInCharge),
            (cast.unit_head, NotInCharge),
            (an_officer(work, Role.APPROVER), AppointmentMissing),
        ):
            with pytest.raises(error):
                approve(acting(work, actor), application_id)


def test_who_is_no_longer_appointed_does_not_decide(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_proposed(work, cast).id
        (appointment,) = signing_appointments(work, cast.approver.account_id, AGENCY.code)
        end_appointment(work, appointment.id, date(2026, 2, 11))
        with pytest.raises(AppointmentEnded):
            approve(acting(work, cast.approver), application_id)


def test_against_a_recommendation_to_refuse_nothing_is_granted_but_a_grant_may_be_refused(
    unit: UnitOfWork, cast: Cast
) -> None:
    with unit.begin(SYSTEM) as work:
        with pytest.raises(RecommendationAgainst):
            approve(acting(work, cast.approver), a_proposed(work, cast, "refused").id)
        application = a_proposed(work, cast, "granted")
        assert refuse(acting(work, cast.approver), application.id, "Bão.", ["no_wind"]).outcome == "refused"


@pytest.mark.parametrize("verdict", [None, "rejected"])
def test_without_a_good_verdict_on_every_document_nothing_is_granted(
    unit: UnitOfWork, cast: Cast, verdict: str | None
) -> None:
    with unit.begin(SYSTEM) as work:
        application = an_accepted(work, cast)
        if verdict:
            accept_documents(work, cast, application.id)
            accept_documents(work, cast, application.id, verdict)
        do_task(work, cast.case_officer, application.id, "done")
        a_proposal(work, cast, application.id)
        do_task(work, cast.unit_head, application.id, "agree")
    with pytest.raises(GateClosed) as closed, unit.begin(cast.approver) as work:
        approve(work, application.id)
    assert [fault["pointer"].rpartition("/")[0] for fault in closed.value.errors] == ["/documents"]
    if verdict:
        with unit.begin(cast.approver) as work:
            assert refuse(work, application.id, "Bản vẽ mờ.", ["too_large"]).outcome == "refused"


def test_a_decision_is_taken_once_and_only_in_its_step(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        approver = acting(work, cast.approver)
        early = an_accepted(work, cast)
        with pytest.raises(StepNotOpen):
            approve(approver, early.id)
        application = a_proposed(work, cast)
        approve(approver, application.id)
        with pytest.raises(StepNotOpen):
            approve(approver, application.id)
        with pytest.raises(StepNotOpen):
            send_back(approver, application.id, "Không")
        with pytest.raises(MoveNotPossible):
            withdraw_application(acting(work, cast.applicant), application.id)


def test_a_recommendation_is_the_case_officer_s_in_its_step(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = an_accepted(work, cast)
        with pytest.raises(StepNotOpen):
            a_proposal(work, cast, application.id)
        do_task(work, cast.case_officer, application.id, "done")
        with pytest.raises(NotInCharge):
            recommend(acting(work, cast.clerk), application.id, Proposal("granted", "Tốt."))
    with pytest.raises(NeedsMissing), unit.begin(cast.case_officer) as work:
        recommend(work, application.id, Proposal("refused", "Không."))
    with unit.begin(SYSTEM) as work:
        rival = an_officer(work, Role.CASE_OFFICER)
        a_proposal(work, cast, application.id)
        with pytest.raises(StepNotOpen):
            recommend(acting(work, rival), application.id, Proposal("granted", "Tốt."))


def test_a_proposal_that_another_officer_has_in_hand_is_left_alone(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = an_accepted(work, cast)
        do_task(work, cast.case_officer, application.id, "done")
        claim_task(acting(work, cast.case_officer), the_task(work, application.id).id)
        rival = an_officer(work, Role.CASE_OFFICER)
        with pytest.raises(NotYourTask):
            recommend(acting(work, rival), application.id, Proposal("granted", "Tốt."))


def test_a_proposal_sent_back_is_worked_on_again(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = a_proposed(work, cast)
        first = latest_recommendation(work, application.id)
        send_back(acting(work, cast.approver), application.id, "Nêu rõ chiều dài dây.")
        task = the_task(work, application.id)
        assert (task.step, task.round, task.sent_back_because) == ("recommend", 2, "Nêu rõ chiều dài dây.")
        assert application.status == Status.UNDER_REVIEW
        with pytest.raises(StepNotOpen):
            approve(acting(work, cast.approver), application.id)
        second = a_proposal(work, cast, application.id)
        assert latest_recommendation(work, application.id) is second is not first


def test_the_applicant_learns_of_the_decision_when_the_document_is_there(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_refusal(work, cast).application_id
        assert decision_on(acting(work, cast.case_officer), application_id).outcome == "refused"
        with pytest.raises(DecisionNotFound):
            decision_on(acting(work, cast.applicant), application_id)
