"""Take a task, so that no second officer works on it, or give it back."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.applications.lifecycle import Status, move
from licensing.applications.queries import application_by_id
from licensing.workflow.errors import NotYourTask, TaskTaken
from licensing.workflow.events import TaskClaimed, TaskReleased
from licensing.workflow.models import Task, TaskState
from licensing.workflow.queries import task_for


def claim_task(work: Work, task_id: UUID) -> Task:
    """Take a ready task for the caller; of two who ask at once, one gets TaskTaken. One's own stays one's own."""
    task = task_for(work, task_id, lock=True)
    if task.state == TaskState.CLAIMED and task.claimed_by == work.actor.account_id:
        return task
    if task.state != TaskState.READY:
        raise TaskTaken("Another officer works on this task, or it is done.")
    take(work, task)
    return task


def take(work: Work, task: Task) -> None:
    """Mark a ready task as the caller's; with the first one, the review has begun."""
    task.state, task.claimed_by, task.claimed_at = TaskState.CLAIMED, work.actor.account_id, work.clock.now()
    application = application_by_id(work, task.application_id)
    if application.status == Status.ACCEPTED:
        move(application, "begin review")
    work.record(TaskClaimed(task.id, task.application_id))


def release_task(work: Work, task_id: UUID) -> Task:
    """Give a claimed task back to everybody of the role."""
    task = task_for(work, task_id, lock=True)
    if task.state != TaskState.CLAIMED:
        raise TaskTaken("This task is not claimed.")
    if task.claimed_by != work.actor.account_id:
        raise NotYourTask("Another officer has claimed this task.")
    task.state, task.claimed_by, task.claimed_at = TaskState.READY, None, None
    work.record(TaskReleased(task.id, task.application_id))
    return task
