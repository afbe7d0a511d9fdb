"""The shape of tasks in the API."""

from __future__ import annotations

from marshmallow import fields, validate

from licensing.accounts.schemas import StrictSchema
from licensing.applications.schemas import PageSchema, short_id, text
from licensing.workflow.models import OPEN, TaskState


class TaskSchema(StrictSchema):
    """Work on one step of one application; `days` are working days."""

    id = fields.UUID()
    application_id = fields.UUID()
    agency = fields.String()
    step = fields.String()
    kind = fields.String()
    role = fields.String()
    round = fields.Integer()
    days = fields.Float()
    state = fields.String(validate=validate.OneOf(list(TaskState)))
    opened_at = fields.AwareDateTime(format="iso")
    sent_back_because = fields.String(allow_none=True)
    claimed_by = fields.UUID(allow_none=True)
    claimed_at = fields.AwareDateTime(format="iso", allow_none=True)
    document_sha256 = fields.String(allow_none=True)
    document_name = fields.String(allow_none=True)
    action = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)


class WorklistSchema(PageSchema):
    """Which open tasks to list."""

    agency = short_id()
    state = fields.String(validate=validate.OneOf(list(OPEN)))


class TasksSchema(StrictSchema):
    """A page of a worklist, the oldest first; `next` goes into `after`."""

    items = fields.List(fields.Nested(TaskSchema))
    next = fields.UUID(allow_none=True)


class CompletionSchema(StrictSchema):
    """The action of the step, and what it needs. `grounds` are ids of the procedure's grounds for refusing."""

    action = short_id(required=True)
    reason = text(4000)
    grounds = fields.List(short_id(), validate=validate.Length(0, 20))
