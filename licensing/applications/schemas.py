"""The shape of applications in the API. Whether answers are right is the form's to say, not the schema's."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from licensing.accounts.schemas import ONE_LINE, StrictSchema, line
from licensing.applications.judge_document import ACCEPTED, REJECTED
from licensing.applications.lifecycle import Status
from licensing.applications.queries import PAGE
from licensing.applications.rules import unstorable

SEVERAL_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"  # goes into OpenAPI as it stands
SHORT_ID = r"^[A-Za-z0-9._-]*$"
_PLAIN = {"type": "string", "pattern": SEVERAL_LINES, "maxLength": 20_000}
_SCALAR = {"anyOf": [_PLAIN, {"type": "number"}, {"type": "boolean"}, {"type": "null"}]}
_NAMES = {"pattern": r"^[A-Za-z0-9_.-]*$", "maxLength": 100}
_GROUP = {"type": "object", "propertyNames": _NAMES, "additionalProperties": _SCALAR, "maxProperties": 200}
_LIST = {"type": "array", "items": {"anyOf": [*_SCALAR["anyOf"], _GROUP]}, "maxItems": 500}
ANSWERS = {
    "type": "object",
    "propertyNames": _NAMES,
    "additionalProperties": {"anyOf": [*_SCALAR["anyOf"], _LIST, _GROUP]},
    "maxProperties": 500,
}
_NAME = re.compile(r"[A-Za-z0-9_.-]{0,100}", re.ASCII)


def text(longest: int, *, shortest: int = 1, **options: Any) -> fields.String:
    """A text that may have several lines."""
    checks: list[Any] = [validate.Length(shortest, longest), validate.Regexp(SEVERAL_LINES), _no_surrogates]
    return fields.String(validate=checks, **options)


def short_id(**options: Any) -> fields.String:
    """An id of the catalogue, such as a procedure's code or a step."""
    return line(60, pattern=SHORT_ID, **options)


def _no_surrogates(value: str) -> None:
    if unstorable(value):
        raise ValidationError("This holds characters that are no text.")


# The two parts of an upload as one body, which webargs reads as two places.
UPLOAD = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "requirement_id": {"type": "string", "minLength": 1, "maxLength": 60, "pattern": ONE_LINE},
                    "file": {"type": "string", "format": "binary"},
                },
                "required": ["requirement_id", "file"],
                "additionalProperties": False,
            }
        }
    },
}


class Answers(fields.Dict):
    """The answers of a form by name: texts, numbers, yes or no; lists and groups of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=fields.String(), validate=_check_answers, metadata={"allOf": [ANSWERS]}, **options)


class YesOrNo(fields.Dict):
    """Questions by their id, each answered by yes or no."""

    def __init__(self, **options: Any) -> None:
        shape = {"type": "object", "propertyNames": _NAMES, "additionalProperties": {"type": "boolean"}}
        strict = fields.Boolean(truthy={True}, falsy={False})
        super().__init__(
            keys=fields.String(), values=strict, validate=_check_names, metadata={"allOf": [shape]}, **options
        )


def _check_names(value: dict[str, Any]) -> None:
    if not all(_NAME.fullmatch(name) for name in value):
        raise ValidationError("The ids of questions are letters, digits, underscores.")


def _check_answers(value: dict[str, Any]) -> None:
    """The same as ANSWERS says, for real."""
    if reason := unstorable(value):
        raise ValidationError(reason)
    if len(value) > 500 or not all(_NAME.fullmatch(name) and _fits(item, 0) for name, item in value.items()):
        raise ValidationError("Answers are texts, numbers, yes or no; lists or groups of them.")


def _fits(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        return depth == 0 and len(value) <= 500 and all(_fits(item, 1) for item in value)
    if isinstance(value, dict):
        named = all(_NAME.fullmatch(name) for name in value)
        return depth <= 1 and len(value) <= 200 and named and all(_fits(item, 2) for item in value.values())
    return not isinstance(value, str) or (len(value) <= 20_000 and re.search(SEVERAL_LINES, value) is not None)


class NewApplicationSchema(StrictSchema):
    """What begins a draft."""

    procedure = short_id(required=True)
    agency = short_id(required=True)
    kind = short_id(load_default="new")
    organisation_id = fields.UUID()
    answers = Answers()
    eligibility = YesOrNo()


class DraftSchema(StrictSchema):
    """The parts of a draft to be replaced."""

    organisation_id = fields.UUID()
    answers = Answers()
    eligibility = YesOrNo()


class ReturnSchema(StrictSchema):
    """Why an application goes back: everything that is missing, at once."""

    reason = text(4000, required=True)


class WithdrawalSchema(StrictSchema):
    reason = text(2000, shortest=0, load_default="")


class DocumentVerdictSchema(StrictSchema):
    """Whether a document will do; a rejection says why not."""

    verdict = fields.String(required=True, validate=validate.OneOf([ACCEPTED, REJECTED]))
    reason = text(2000)


class JudgedSchema(StrictSchema):
    attachment_id = fields.UUID()
    verdict = fields.String()
    reason = fields.String(allow_none=True)
    judged_at = fields.AwareDateTime(format="iso")


class FiledSchema(StrictSchema):
    """A document of an application; officials see the verdict on it."""

    id = fields.UUID()
    document = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    verdict = fields.String()
    verdict_reason = fields.String(allow_none=True)


class SubmissionSchema(StrictSchema):
    """What was handed in last; `sha256` is its digest, the applicant's receipt."""

    number = fields.Integer()
    sha256 = fields.String()
    submitted_at = fields.AwareDateTime(format="iso")


class ApplicationSummarySchema(StrictSchema):
    """An application in a list."""

    id = fields.UUID()
    reference = fields.String(allow_none=True)
    procedure = fields.String()
    agency = fields.String()
    kind = fields.String()
    status = fields.String(validate=validate.OneOf(list(Status)))
    created_at = fields.AwareDateTime(format="iso")
    updated_at = fields.AwareDateTime(format="iso")
    submitted_at = fields.AwareDateTime(format="iso", allow_none=True)
    accepted_at = fields.AwareDateTime(format="iso", allow_none=True)


class ApplicationSchema(ApplicationSummarySchema):
    """An application. Its ETag is made from `version`."""

    revision_id = fields.UUID()
    organisation_id = fields.UUID(allow_none=True)
    version = fields.Integer()
    closed_at = fields.AwareDateTime(format="iso", allow_none=True)
    withdrawn_at = fields.AwareDateTime(format="iso", allow_none=True)
    return_reason = fields.String(allow_none=True)
    answers = fields.Dict(keys=fields.String())
    eligibility = fields.Dict(keys=fields.String())
    attachments = fields.List(fields.Nested(FiledSchema))
    submission = fields.Nested(SubmissionSchema, allow_none=True)


class PageSchema(StrictSchema):
    """Where to go on in a list: behind the item with this id, the newest first; at most `limit` items."""

    after = fields.UUID()
    limit = fields.Integer(validate=validate.Range(1, 200), load_default=PAGE)


class AgencyApplicationsSchema(PageSchema):
    agency = short_id(required=True)
    status = fields.String(validate=validate.OneOf(list(Status)))


class ApplicationsSchema(StrictSchema):
    """A page of a list; `next` goes into `after` for the following page, null at the end."""

    items = fields.List(fields.Nested(ApplicationSummarySchema))
    next = fields.UUID(allow_none=True)
