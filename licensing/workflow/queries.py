"""Reads of tasks: an officer's worklist, and how far an application has come."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.access import Actor
from config.unit_of_work import Work
from licensing.applications.models import Application
from licensing.applications.queries import application_in_charge
from licensing.workflow.errors import TaskNotFound
from licensing.workflow.interpreter import Done, Move, Reopened
from licensing.workflow.models import OPEN, Task, TaskState
from licensing.workflow.rules import WORKS_AS

PAGE = 50


def my_work(actor: Actor) -> list[tuple[str, str]]:
    """The pairs of agency and step role that the caller works as."""
    return sorted((agency, role) for role, permission in WORKS_AS.items() for agency in actor.agencies(permission))


def worklist(
    work: Work, agency: str | None = None, state: str | None = None, after: UUID | None = None, limit: int = PAGE
) -> Sequence[Task]:
    """The open tasks that the caller may work on, the oldest first, from behind the one named `after`."""
    pairs = [pair for pair in my_work(work.actor) if agency is None or pair[0] == agency]
    key = sa.tuple_(Task.opened_at, Task.id)
    query = sa.select(Task).where(sa.tuple_(Task.agency, Task.role).in_(pairs), Task.state.in_(OPEN))
    if state is not None:
        query = query.where(Task.state == state)
    if after is not None:
        query = query.where(key > sa.select(Task.opened_at, Task.id).where(Task.id == after).scalar_subquery())
    return work.session.scalars(query.order_by(Task.opened_at, Task.id).limit(limit)).all()


def task_for(work: Work, task_id: UUID, *, lock: bool = False) -> Task:
    """A task of an agency and role that the caller works for; raises TaskNotFound. `lock` locks its application too."""
    query = sa.select(Task).where(Task.id == task_id, sa.tuple_(Task.agency, Task.role).in_(my_work(work.actor)))
    task = work.session.scalar(query)
    if task is None:
        raise TaskNotFound("There is no such task.")
    if lock:  # always the application first, so that nobody waits crosswise
        lock_application(work, task.application_id)
        work.session.refresh(task, with_for_update=True)
    return task


def lock_application(work: Work, application_id: UUID) -> None:
    """Everything that moves an application forward goes one after the other."""
    work.session.execute(sa.select(Application.id).where(Application.id == application_id).with_for_update())


def tasks_of(work: Work, application_id: UUID) -> Sequence[Task]:
    """All tasks of an application, in the order in which they were opened."""
    query = sa.select(Task).where(Task.application_id == application_id)
    return work.session.scalars(query.order_by(Task.opened_at, Task.place.nulls_last(), Task.id)).all()


def steps_of(work: Work, application_id: UUID) -> Sequence[Task]:
    """All tasks of an application at an agency of the caller's; raises ApplicationNotFound."""
    return tasks_of(work, application_in_charge(work, application_id).id)


def open_tasks_of(work: Work, application_id: UUID) -> Sequence[Task]:
    """The open tasks of an application."""
    return [task for task in tasks_of(work, application_id) if task.state in OPEN]


def history(tasks: Sequence[Task]) -> list[Move]:
    """What was done, in its order, as the interpreter replays it."""
    over = sorted((task for task in tasks if task.place is not None), key=lambda task: task.place or 0)
    moves: list[Move] = []
    for task in over:
        if task.state == TaskState.DONE:
            moves.append(Done(task.step, task.action or ""))
        elif task.reopens is not None:
            moves.append(Reopened(task.reopens))
    return moves
