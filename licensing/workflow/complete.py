"""Complete a task by one of the actions of its step; what comes next is opened in the same transaction."""

from __future__ import annotations

from uuid import UUID

from config.sentences import say
from config.unit_of_work import Work
from licensing.applications.lifecycle import Status, move
from licensing.applications.models import Application
from licensing.applications.queries import application_by_id
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import StepKind
from licensing.workflow.claim import take
from licensing.workflow.definition import Workflow
from licensing.workflow.errors import NeedsMissing, NotYourTask, StepDoneElsewhere, StepNotOpen, TaskTaken
from licensing.workflow.events import TaskCompleted
from licensing.workflow.models import OPEN, Task, TaskState
from licensing.workflow.open_tasks import open_tasks, workflow_of
from licensing.workflow.queries import lock_application, open_tasks_of, task_for, tasks_of
from licensing.workflow.rules import DONE_ELSEWHERE, WORKS_AS, Completion, missing_needs


def complete_task(work: Work, task_id: UUID, completion: Completion) -> Task:
    """Complete a task that the caller has claimed. Recommending, deciding, signing and sealing have their own doors.

    Raises TaskNotFound, TaskTaken, NotYourTask, StepDoneElsewhere, ActionUnknown, NeedsMissing.
    """
    task = task_for(work, task_id, lock=True)
    if task.state == TaskState.DONE:
        raise TaskTaken("This task is done already.")
    if task.state != TaskState.CLAIMED or task.claimed_by != work.actor.account_id:
        raise NotYourTask("Claim this task before you complete it.")
    if task.kind in DONE_ELSEWHERE:
        raise StepDoneElsewhere(say("A step of the kind {kind} is completed by what it is about.", kind=task.kind))
    finish(work, task, completion)
    return task


def task_at_hand(work: Work, application_id: UUID, kind: StepKind) -> Task:
    """The open task of this kind as the caller's, claimed now if nobody has: for use cases that complete it.

    The application is locked. Raises StepNotOpen, NotYourTask (another role or officer).
    """
    task = _open_of_kind(work, application_id, kind)
    if not work.actor.may(WORKS_AS[task.role], task.agency):
        raise NotYourTask("Your roles at this agency do not include this step.")
    if task.state == TaskState.READY:
        take(work, task)
    if task.claimed_by != work.actor.account_id:
        raise NotYourTask("Another officer has claimed this task.")
    return task


def complete_by_service(work: Work, application_id: UUID, kind: StepKind, action: str | None = None) -> Task | None:
    """Complete the open task of a kind because what it is about has happened; None when it is not open (any more).

    For steps that the service completes: `sign` with "signed", `seal` with "sealed", `return` when it is published.
    Without `action` it is the first that does not send back.
    """
    try:
        task = _open_of_kind(work, application_id, kind)
    except StepNotOpen:
        return None  # jobs may come twice
    finish(work, task, Completion(action or _onward(work, task)))
    return task


def _onward(work: Work, task: Task) -> str:
    step = workflow_of(work, application_by_id(work, task.application_id)).step(task.step)
    return next(name for name, action in step.actions.items() if action.back_to is None)


def finish(work: Work, task: Task, completion: Completion) -> None:
    """Write the completion down, open what comes next. The caller has locked the application and checked who it is."""
    application = application_by_id(work, task.application_id)
    package = package_of(work, application.revision_id)
    action = Workflow.of(package.definition).action(task.step, completion.action)
    grounds = [ground.id for ground in package.definition.refusal.grounds]
    if faults := missing_needs(action, completion, task.document_sha256, grounds):
        raise NeedsMissing(faults[0]["detail"], faults)
    place = 1 + sum(item.place is not None for item in tasks_of(work, task.application_id))
    task.state, task.action, task.place = TaskState.DONE, completion.action, place
    task.reason, task.grounds = completion.reason, list(completion.grounds)
    task.ended_by, task.ended_at = str(work.actor.id), work.clock.now()
    work.record(TaskCompleted(task.id, task.application_id, task.step, completion.action))
    if action.back_to is not None:
        _back_in_review(application)
    open_tasks(work, task.application_id, completion.reason if action.back_to is not None else None)


def _back_in_review(application: Application) -> None:
    """A proposal that is sent back is no longer proposed."""
    if application.status == Status.PROPOSED:
        move(application, "send back")


def _open_of_kind(work: Work, application_id: UUID, kind: StepKind) -> Task:
    lock_application(work, application_id)
    for task in open_tasks_of(work, application_id):
        if task.kind == kind and task.state in OPEN:
            return task
    raise StepNotOpen(say("The application has not come to a step of the kind {kind}, or is past it.", kind=kind))
