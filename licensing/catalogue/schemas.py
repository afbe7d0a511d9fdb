"""The shape of procedures in the API: everything that somebody must know before applying."""

from __future__ import annotations

from marshmallow import Schema, fields


class TextSchema(Schema):
    """The same words in Vietnamese and English."""

    vi = fields.String(required=True)
    en = fields.String(required=True)


class PeriodSchema(Schema):
    value = fields.Decimal(as_string=True)
    unit = fields.String()


class ProvisionSchema(Schema):
    """`verified` is false where nobody has read the text of the law itself; `source` says where it is from."""

    basis = fields.String()
    article = fields.String()
    source = fields.String()
    verified = fields.Boolean()
    note = fields.Nested(TextSchema, allow_none=True)


class LegalBasisSchema(Schema):
    id = fields.String()
    number = fields.String()
    title = fields.Nested(TextSchema)
    issued = fields.Date(allow_none=True)
    in_force_from = fields.Date(allow_none=True)
    in_force_until = fields.Date(allow_none=True)
    source = fields.String()
    verified = fields.Boolean()


class QuestionSchema(Schema):
    """Answering `stops_on` means that the licence is not needed or not possible; `advice` says why."""

    id = fields.String()
    question = fields.Nested(TextSchema)
    stops_on = fields.Boolean()
    advice = fields.Nested(TextSchema)
    provision = fields.Nested(ProvisionSchema)


class CaseSchema(Schema):
    id = fields.String()
    name = fields.Nested(TextSchema)


class DocumentSchema(Schema):
    id = fields.String()
    name = fields.Nested(TextSchema)
    cases = fields.List(fields.String())
    required = fields.Boolean()
    original = fields.Integer()
    copy = fields.Integer()
    repeatable = fields.Boolean()
    formats = fields.List(fields.String())
    filled_by_form = fields.Boolean()
    replaced_by = fields.String(allow_none=True)
    issued_with_licence = fields.Boolean(
        metadata={"description": "A PDF that goes out with the licence, under the agency's seal"}
    )
    note = fields.Nested(TextSchema, allow_none=True)


class FeeRowSchema(Schema):
    """Applies when every answer named in `when` is among its values; the first row that applies counts."""

    name = fields.Nested(TextSchema)
    vnd = fields.Integer()
    when = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class FeeSchema(Schema):
    id = fields.String()
    code = fields.String()
    kind = fields.String()
    name = fields.Nested(TextSchema)
    unit = fields.Nested(TextSchema)
    collect = fields.String()
    provision = fields.Nested(ProvisionSchema)
    rows = fields.List(fields.Nested(FeeRowSchema))


class StepSchema(Schema):
    """A stage of the handling: who works on it, for how many working days at most."""

    id = fields.String()
    title = fields.Nested(TextSchema)
    role = fields.String()
    kind = fields.String()
    days = fields.Decimal(as_string=True)


class TimeLimitSchema(PeriodSchema):
    provision = fields.Nested(ProvisionSchema)


class ResultSchema(Schema):
    title = fields.Nested(TextSchema)
    validity = fields.Nested(PeriodSchema, allow_none=True)


class ProcedureItemSchema(Schema):
    """A procedure in the list. `open` says whether an application may be filed today."""

    code = fields.String()
    title = fields.Nested(TextSchema)
    sector = fields.Nested(TextSchema)
    agency_level = fields.String()
    online_level = fields.String()
    subjects = fields.List(fields.String())
    open = fields.Boolean()
    revision = fields.Integer()
    effective_from = fields.Date()
    sha256 = fields.String()


class ProcedureSchema(ProcedureItemSchema):
    """A procedure as published. `form` is the JSON Schema that answers are judged by."""

    closed_because = fields.String(allow_none=True)
    competent_agency = fields.Nested(TextSchema)
    channels = fields.List(fields.String())
    conditions = fields.List(fields.Nested(TextSchema))
    legal_basis = fields.List(fields.Nested(LegalBasisSchema))
    eligibility = fields.List(fields.Nested(QuestionSchema))
    cases = fields.List(fields.Nested(CaseSchema))
    sets = fields.Integer()
    documents = fields.List(fields.Nested(DocumentSchema))
    fees = fields.List(fields.Nested(FeeSchema))
    time_limit = fields.Nested(TimeLimitSchema)
    steps = fields.List(fields.Nested(StepSchema))
    result = fields.Nested(ResultSchema)
    notes = fields.List(fields.Nested(TextSchema))
    form = fields.Dict()
