"""The shape of a verdict in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from registry.verification.result import Colour, Finding, Notice, Recorded


class WordsSchema(Schema):
    vi = fields.String(required=True)
    en = fields.String(required=True)


class NoticeSchema(Schema):
    """Something to know beside the verdict, and what to do."""

    name = fields.String(required=True, validate=validate.OneOf([*Notice]))
    words = fields.Nested(WordsSchema, required=True)
    advice = fields.Nested(WordsSchema, required=True)


class VerdictSchema(Schema):
    """The answer to a look-up; `licence` is null when the register has none to speak of."""

    as_of = fields.String(required=True, metadata={"format": "date-time"})
    verdict = fields.String(required=True, validate=validate.OneOf([*Colour]))
    finding = fields.String(required=True, validate=validate.OneOf([*Finding]))
    words = fields.Nested(WordsSchema, required=True)
    recorded = fields.String(required=True, validate=validate.OneOf([*Recorded]))
    licence = fields.Dict(required=True, allow_none=True)
    signatures = fields.List(fields.Dict(), required=True)
    reasons = fields.List(fields.String(), required=True)
    notes = fields.List(fields.String(), required=True)
    enclosure = fields.Dict(metadata={"description": "Of a file that goes out with the licence: its name and digests"})
    notice = fields.Nested(NoticeSchema, metadata={"description": "Only where there is one; the verdict stands"})
    details = fields.Dict(metadata={"description": "Of a file: its history, what happened after signing, policy"})


class PublishedSchema(Schema):
    """Which licence a file is, by its SHA-256; null when the register handed out no such file.

    `newest` is the SHA-256 of the file that is handed out now: another one, once the evidence of this was renewed.
    """

    sha256 = fields.String(required=True)
    register_code = fields.String(required=True, allow_none=True)
    newest = fields.String(required=True, allow_none=True)
    published_at = fields.DateTime(required=True, allow_none=True)
