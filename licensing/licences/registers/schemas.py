"""The shape of number registers in the API."""

from __future__ import annotations

from marshmallow import fields, validate

from licensing.accounts.schemas import StrictSchema, line
from licensing.licences.registers.queries import PAGE
from registry.entries.models import Reserved


class RegisterQuerySchema(StrictSchema):
    """Which part of a year: one type, words to search for; `page` counts from 1."""

    type = line(40, shortest=0, load_default="")
    q = line(100, shortest=0, load_default="")
    page = fields.Integer(validate=validate.Range(1, 1_000_000), load_default=1)


class ExportQuerySchema(StrictSchema):
    """One type of the year, or all; as CSV (UTF-8) or PDF/A."""

    type = line(40, shortest=0, load_default="")
    format = fields.String(validate=validate.OneOf(["csv", "pdf"]), load_default="csv")


class SeriesQuerySchema(StrictSchema):
    """One type of the year, or all."""

    type = line(40, shortest=0, load_default="")


class AgencyYearsSchema(StrictSchema):
    """An agency whose registers the caller may read, and the years that have one, the newest first."""

    agency = fields.String(dump_only=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(), dump_only=True)
    years = fields.List(fields.Integer(), dump_only=True)


class NumberSchema(StrictSchema):
    """One number of a type, which people call by its `label`.

    `cells` is its line in the book in Vietnamese, by the ids of its columns.
    """

    type = fields.String(attribute="series", dump_only=True)
    label = fields.String(dump_only=True)
    year = fields.Integer(dump_only=True)
    seq = fields.Integer(dump_only=True)
    state = fields.String(dump_only=True, validate=validate.OneOf([*Reserved]))
    void_reason = fields.String(dump_only=True)
    number = fields.String(dump_only=True)
    day = fields.Date(dump_only=True)
    application_id = fields.UUID(dump_only=True, allow_none=True)
    register_code = fields.String(dump_only=True, allow_none=True)
    paper_id = fields.UUID(dump_only=True, allow_none=True)
    prints = fields.Integer(dump_only=True)
    cells = fields.Function(
        lambda found: found.cells("vi"),
        dump_only=True,
        metadata={"type": "object", "additionalProperties": {"type": "string"}},
    )


class SeriesSchema(StrictSchema):
    """What became of the numbers of one type. `gapless`: every number from 1 to the counter's `last` is there."""

    type = fields.String(attribute="name", dump_only=True)
    label = fields.String(dump_only=True)
    count = fields.Integer(dump_only=True)
    used = fields.Integer(dump_only=True)
    reserved = fields.Integer(dump_only=True)
    void = fields.Integer(dump_only=True)
    last = fields.Integer(dump_only=True)
    gapless = fields.Boolean(dump_only=True)


class RegisterSchema(StrictSchema):
    """A page of an agency's year; `months` are the counts of January to December."""

    year = fields.Integer(dump_only=True)
    types = fields.List(fields.Nested(SeriesSchema), attribute="series", dump_only=True)
    months = fields.List(fields.Integer(), dump_only=True)
    items = fields.List(fields.Nested(NumberSchema), attribute="lines", dump_only=True)
    total = fields.Integer(dump_only=True)
    page = fields.Integer(attribute="wanted.page", dump_only=True)
    pages = fields.Integer(dump_only=True, metadata={"description": f"of {PAGE} numbers each"})


class SignedExportSchema(StrictSchema):
    """A year as a PDF that the service signs: `state` is `filed` while it is being signed, then `signed`."""

    id = fields.UUID()
    state = fields.String()
    filed_at = fields.AwareDateTime(format="iso")
    signed_at = fields.AwareDateTime(format="iso", allow_none=True)
    sha256 = fields.String(allow_none=True)
