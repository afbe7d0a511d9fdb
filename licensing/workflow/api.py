"""Tasks over HTTP: an officer's worklist; take a task, give it back, complete it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import READ_APPLICATIONS
from licensing.applications.api import page_of
from licensing.documents.rules import download_headers
from licensing.documents.schemas import AttachmentFilesSchema
from licensing.workflow.attach_record import attach_record, record_of
from licensing.workflow.claim import claim_task, release_task
from licensing.workflow.complete import complete_task
from licensing.workflow.models import Task
from licensing.workflow.queries import steps_of, worklist
from licensing.workflow.rules import Completion
from licensing.workflow.schemas import CompletionSchema, TaskSchema, TasksSchema, WorklistSchema

tasks = Blueprint("tasks", __name__, url_prefix="/v1", description="Who has to do what next")


@tasks.get("/tasks")
@tasks.arguments(WorklistSchema, location="query")
@tasks.response(200, TasksSchema)
@tasks.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def list_tasks(wanted: dict[str, Any]) -> dict[str, Any]:
    """The open tasks of one's roles at one's agencies, the oldest first."""
    with begin_work() as work:
        return page_of(worklist(work, **wanted), wanted["limit"])


@tasks.get("/applications/<uuid:application_id>/tasks")
@tasks.response(200, TaskSchema(many=True))
@tasks.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def list_steps(application_id: UUID) -> Sequence[Task]:
    """All tasks of an application of one's agency, done and open, in their order."""
    with begin_work() as work:
        return steps_of(work, application_id)


@tasks.post("/tasks/<uuid:task_id>/claim")
@tasks.response(200, TaskSchema)
@tasks.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def claim(task_id: UUID) -> Task:
    """Take a task, so that nobody else works on it."""
    with begin_work() as work:
        return claim_task(work, task_id)


@tasks.post("/tasks/<uuid:task_id>/release")
@tasks.response(200, TaskSchema)
@tasks.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def release(task_id: UUID) -> Task:
    """Give a claimed task back."""
    with begin_work() as work:
        return release_task(work, task_id)


@tasks.put("/tasks/<uuid:task_id>/record")
@tasks.arguments(AttachmentFilesSchema, location="files")
@tasks.response(200, TaskSchema)
@tasks.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def put_record(files: dict[str, Any], task_id: UUID) -> Task:
    """Put the record of a claimed step to its task, such as that of an inspection; the latest counts."""
    upload = files["file"]
    with begin_work() as work:
        return attach_record(work, task_id, upload.filename, upload.read())


@tasks.get("/tasks/<uuid:task_id>/record")
@tasks.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@tasks.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def get_record(task_id: UUID) -> Response:
    """The record of a step of an application of one's agency."""
    with begin_work() as work:
        task, content = record_of(work, task_id)
    return Response(content, headers=download_headers(task.document_name or "", task.document_type or ""))


@tasks.post("/tasks/<uuid:task_id>/completion")
@tasks.arguments(CompletionSchema)
@tasks.response(200, TaskSchema)
@tasks.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def complete(given: dict[str, Any], task_id: UUID) -> Task:
    """Complete a claimed task by an action. Recommending, deciding, signing and sealing have their own doors."""
    with begin_work() as work:
        return complete_task(work, task_id, Completion(**given))
