"""Open a task for each step that the application has come to and that has none; drop what is given up."""

from __future__ import annotations

from uuid import UUID

from config import tokens
from config.unit_of_work import Work
from licensing.applications.close import close_application
from licensing.applications.events import ApplicationAccepted, ApplicationWithdrawn
from licensing.applications.models import Application
from licensing.applications.queries import application_by_id
from licensing.catalogue.queries import package_of
from licensing.workflow.definition import Workflow
from licensing.workflow.events import HandlingEnded, TaskOpened, TasksDropped
from licensing.workflow.interpreter import next_steps
from licensing.workflow.models import OPEN, Task, TaskState
from licensing.workflow.queries import history, lock_application, open_tasks_of, tasks_of


def open_first_task(work: Work, event: ApplicationAccepted) -> None:
    """With the acceptance the first step is open (reaction, in the accepting transaction)."""
    open_tasks(work, event.application_id)


def open_tasks(work: Work, application_id: UUID, because: str | None = None) -> list[Task]:
    """Make the tasks be what the history says: new ones for new steps; at an end, say so and close the file.

    `because` is why a step was sent back, kept on the tasks that it opens. The application is locked by the caller.
    """
    application = application_by_id(work, application_id)
    workflow = workflow_of(work, application)
    present = tasks_of(work, application_id)
    standing = next_steps(workflow, history(present))
    working = {task.step for task in present if task.state in OPEN}
    opened = [
        _opened(work, application, workflow, step, sum(task.step == step for task in present) + 1, because)
        for step in standing.open
        if step not in working
    ]
    if standing.end is not None:
        work.record(HandlingEnded(application_id, standing.end, workflow.outcome(standing.end)))
        close_application(work, application_id)
    return opened


def workflow_of(work: Work, application: Application) -> Workflow:
    """The steps that this application keeps: those of the revision it was filed under."""
    return Workflow.of(package_of(work, application.revision_id).definition)


def _opened(
    work: Work, application: Application, workflow: Workflow, step_id: str, number: int, because: str | None
) -> Task:
    step = workflow.step(step_id)
    task = Task(
        id=tokens.new_id(),
        application_id=application.id,
        agency=application.agency,
        step=step.id,
        kind=step.kind,
        role=step.role,
        round=number,
        days=step.days,
        state=TaskState.READY,
        opened_at=work.clock.now(),
        sent_back_because=because,
        grounds=[],
    )
    work.session.add(task)
    work.record(TaskOpened(task.id, application.id, step.id))
    return task


def drop_tasks(work: Work, event: ApplicationWithdrawn) -> None:
    """Nobody works on a withdrawn application (reaction, in the withdrawing transaction)."""
    drop_open_tasks(work, event.application_id)


def drop_open_tasks(work: Work, application_id: UUID, reopens: str | None = None) -> None:
    """Give up what stands open; with `reopens`, the history says to go on at that earlier step."""
    lock_application(work, application_id)
    given_up = list(open_tasks_of(work, application_id))
    place = sum(task.place is not None for task in tasks_of(work, application_id))
    for number, task in enumerate(given_up, start=1):
        task.state, task.place, task.ended_at = TaskState.DROPPED, place + number, work.clock.now()
        task.ended_by = str(work.actor.id)
        task.reopens = reopens if number == len(given_up) else None
    if given_up:
        work.session.flush()
        work.record(TasksDropped(application_id, len(given_up)))
