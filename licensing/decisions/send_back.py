"""The approver does not decide, but sends the proposal back to be worked on again."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.accounts.roles import DECIDE
from licensing.applications.models import Application
from licensing.applications.queries import application_in_charge
from licensing.catalogue.terms import StepKind
from licensing.decisions.events import DecisionSentBack
from licensing.decisions.rules import returning
from licensing.workflow.complete import finish, task_at_hand
from licensing.workflow.open_tasks import workflow_of
from licensing.workflow.rules import Completion


def send_back(work: Work, application_id: UUID, reason: str) -> Application:
    """Complete the open `decide` step by its action that sends back; the earlier step opens anew, with the reason."""
    application = application_in_charge(work, application_id, DECIDE, lock=True)
    task = task_at_hand(work, application_id, StepKind.DECIDE)
    action = returning(workflow_of(work, application).step(task.step))
    finish(work, task, Completion(action, reason))
    work.record(DecisionSentBack(application_id))
    return application
