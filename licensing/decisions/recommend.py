"""The case officer proposes what to decide, with reasons: grant, maybe with conditions, or refuse on named grounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.roles import EXAMINE
from licensing.applications.lifecycle import move
from licensing.applications.queries import application_in_charge
from licensing.catalogue.terms import StepKind
from licensing.decisions.events import RecommendationMade
from licensing.decisions.models import Recommendation
from licensing.decisions.rules import proposing
from licensing.workflow.complete import finish, task_at_hand
from licensing.workflow.open_tasks import workflow_of
from licensing.workflow.rules import Completion


@dataclass(frozen=True)
class Proposal:
    """`outcome` is "granted" or "refused"; `grounds` are ids from the procedure, `conditions` words for the licence."""

    outcome: str
    reason: str
    grounds: Sequence[str] = ()
    conditions: Sequence[str] = ()


def recommend(work: Work, application_id: UUID, proposal: Proposal) -> Recommendation:
    """Complete the open `recommend` step with this proposal.

    Raises StepNotOpen, NotYourTask, NeedsMissing (a refusal without ground), OutcomeNotForeseen.
    """
    application = application_in_charge(work, application_id, EXAMINE, lock=True)
    task = task_at_hand(work, application_id, StepKind.RECOMMEND)
    move(application, "propose")
    action = proposing(workflow_of(work, application).step(task.step), proposal.outcome)
    recommendation = Recommendation(
        id=tokens.new_id(),
        application_id=application_id,
        task_id=task.id,
        outcome=proposal.outcome,
        reason=proposal.reason,
        grounds=list(proposal.grounds),
        conditions=list(proposal.conditions),
        recommended_by=work.actor.account_id,
        recommended_at=work.clock.now(),
    )
    work.session.add(recommendation)
    work.record(RecommendationMade(recommendation.id, application_id, proposal.outcome))
    finish(work, task, Completion(action, proposal.reason, proposal.grounds))
    return recommendation
