"""What granting and refusing have in common: the persons, the authority, the gate, the evidence, the task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.authority import signing_authority
from licensing.accounts.roles import DECIDE
from licensing.applications.lifecycle import move
from licensing.applications.models import Application
from licensing.applications.queries import application_in_charge
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Outcome, StepKind
from licensing.decisions.issue_gate import pass_gate
from licensing.decisions.models import Decision, Recommendation
from licensing.decisions.queries import latest_recommendation, recommenders
from licensing.decisions.rules import check_follows, check_separate, deciding, remedies_of
from licensing.workflow.complete import finish, task_at_hand
from licensing.workflow.errors import StepNotOpen
from licensing.workflow.rules import Completion


@dataclass(frozen=True)
class Verdict:
    """What the approver decides; a refusal names its grounds."""

    outcome: Outcome
    reason: str = ""
    grounds: Sequence[str] = ()


def decide(work: Work, application_id: UUID, verdict: Verdict) -> Decision:
    """Take the decision in the open `decide` step (issuance step 1). The application stays locked to the end.

    Raises StepNotOpen, NotYourTask, RecommenderMayNotDecide, ApplicantMayNotDecide, RecommendationAgainst,
    NeedsMissing, GateClosed, and the SigningRefused of accounts when the caller may not sign for this agency today.
    """
    application = application_in_charge(work, application_id, DECIDE, lock=True)
    recommendation = _recommended(work, application)
    check_follows(verdict.outcome, recommendation.outcome)
    authority = signing_authority(work, work.actor.account_id, application.agency)
    task = task_at_hand(work, application_id, StepKind.DECIDE)
    evidence = pass_gate(work, application, task, verdict.outcome, authority)
    definition = package_of(work, application.revision_id).definition
    action = deciding(next(step for step in definition.steps if step.id == task.step), verdict.outcome)
    move(application, "decide")
    decision = Decision(
        id=tokens.new_id(),
        application_id=application_id,
        recommendation_id=recommendation.id,
        task_id=task.id,
        outcome=verdict.outcome,
        reason=verdict.reason,
        grounds=list(verdict.grounds),
        conditions=recommendation.conditions if verdict.outcome == Outcome.GRANTED else [],
        remedies=[],
        recommended_by=recommendation.recommended_by,
        decided_by=work.actor.account_id,
        appointment_id=authority.appointment_id,
        capacity=authority.capacity,
        on_behalf_title=authority.on_behalf_title,
        title=authority.title,
        decided_at=work.clock.now(),
        evidence=evidence.text,
        evidence_sha256=evidence.sha256,
    )
    finish(work, task, Completion(action, verdict.reason or None, verdict.grounds))
    if verdict.outcome == Outcome.REFUSED:  # only now is every ground known to be the procedure's
        decision.remedies = remedies_of(definition, verdict.grounds)
    work.session.add(decision)
    return decision


def _recommended(work: Work, application: Application) -> Recommendation:
    """The recommendation that counts; the caller must have had no part in any."""
    recommendation = latest_recommendation(work, application.id)
    if recommendation is None:
        raise StepNotOpen("Nobody has recommended anything yet.")
    check_separate(work.actor.account_id, recommenders(work, application.id), application.applicant_id)
    return recommendation
