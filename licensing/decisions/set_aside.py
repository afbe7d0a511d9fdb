"""Set a decision aside before it took effect, because what it rested on has changed; it is examined again."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.applications.lifecycle import move
from licensing.applications.queries import application_by_id
from licensing.catalogue.terms import StepKind
from licensing.decisions.events import DecisionSetAside
from licensing.decisions.models import Decision
from licensing.decisions.queries import decision_by_id
from licensing.workflow.open_tasks import drop_open_tasks, open_tasks, workflow_of


def set_aside(work: Work, decision_id: UUID, reason: str) -> Decision:
    """Mark the decision and open the step `recommend` anew. Only before its licence is entered: the caller asks that.

    A second call changes nothing. The preparation is voided by whoever reacts to DecisionSetAside.
    """
    found = decision_by_id(work, decision_id)
    application = application_by_id(work, found.application_id, lock=True)
    decision = decision_by_id(work, decision_id, lock=True)
    if decision.set_aside_at is not None:
        return decision
    move(application, "set aside")
    decision.set_aside_at, decision.set_aside_reason = work.clock.now(), reason
    decision.set_aside_by = work.actor.id if isinstance(work.actor.id, UUID) else None
    again = workflow_of(work, application).first_of(StepKind.RECOMMEND)
    drop_open_tasks(work, application.id, reopens=again.id)
    open_tasks(work, application.id, because=reason)
    work.record(DecisionSetAside(decision.id, application.id))
    return decision
