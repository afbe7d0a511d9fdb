"""An officer puts the record of a step to its task, such as that of an inspection; it is looked into as any file."""

from __future__ import annotations

from uuid import UUID

from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import Work
from licensing.applications.queries import application_in_charge
from licensing.documents.inspection import inspect_file
from licensing.documents.rules import check_file_name, check_size
from licensing.workflow.errors import NotYourTask, TaskNotFound
from licensing.workflow.events import RecordAttached
from licensing.workflow.models import Task, TaskState
from licensing.workflow.queries import task_for


def attach_record(work: Work, task_id: UUID, file_name: str, content: bytes) -> Task:
    """Keep the file with the task that the caller has claimed; raises NotYourTask, and what documents say."""
    task_for(work, task_id)
    check_file_name(file_name)
    check_size(len(content), work.tools[Settings].upload_limit)
    found = inspect_file(content)
    digest = work.tools[Storage].put(content)
    task = task_for(work, task_id, lock=True)
    if task.state != TaskState.CLAIMED or task.claimed_by != work.actor.account_id:
        raise NotYourTask("Claim this task before you put a record to it.")
    task.document_sha256, task.document_name, task.document_type = digest, file_name, found.media_type
    work.record(RecordAttached(task.id, task.application_id, digest))
    return task


def record_of(work: Work, task_id: UUID) -> tuple[Task, bytes]:
    """The record of a step of an application at an agency of the caller's; raises TaskNotFound."""
    task = work.session.get(Task, task_id)
    if task is None or task.document_sha256 is None:
        raise TaskNotFound("There is no such record.")
    application_in_charge(work, task.application_id)
    return task, work.tools[Storage].get(task.document_sha256)
