"""The shape of licences and of documents to sign in the API."""

from __future__ import annotations

from marshmallow import fields, validate

from licensing.accounts.schemas import StrictSchema
from signing.requests.queries import PAGE

PIN = r"^[0-9A-Za-z]{4,64}$"


class WaitingQuerySchema(StrictSchema):
    """Which documents: `filed` wait for the official's signature, `signed` for the agency's seal; the oldest first.

    The page begins behind the document with the id `after` and has at most `limit` of them.
    """

    state = fields.String(load_default="filed", validate=validate.OneOf(["filed", "signed"]))
    after = fields.UUID()
    limit = fields.Integer(validate=validate.Range(1, 200), load_default=PAGE)


class SignatureSchema(StrictSchema):
    """The PIN that opens the caller's signing key for this one act, kept nowhere; and what the caller looked at.

    `digest` is the SHA-256 (hex) of the document as `GET …/document` answered it to the caller.
    """

    pin = fields.String(required=True, load_only=True, validate=[validate.Length(4, 64), validate.Regexp(PIN)])
    digest = fields.String(load_default="", load_only=True, validate=validate.Length(max=64))


class SigningRequestSchema(StrictSchema):
    """A document on record: what is signed, in words and by digest."""

    id = fields.UUID(dump_only=True)
    purpose = fields.String(dump_only=True)
    agency = fields.String(dump_only=True)
    summary = fields.String(dump_only=True)
    on_behalf_of = fields.String(dump_only=True)
    signatory_name = fields.String(dump_only=True)
    document_sha256 = fields.String(dump_only=True)
    state = fields.String(dump_only=True)
    expires_on = fields.Date(dump_only=True)
    filed_at = fields.AwareDateTime(dump_only=True, format="iso")


class SigningRequestsSchema(StrictSchema):
    """A page of the list; `next` goes into `after`."""

    items = fields.List(fields.Nested(SigningRequestSchema), dump_only=True)
    next = fields.UUID(dump_only=True, allow_none=True)


class LicenceSchema(StrictSchema):
    """A licence in the making. Once `entered_at` is set it can be looked up by its register code."""

    application_id = fields.UUID(dump_only=True)
    register_code = fields.String(dump_only=True)
    number = fields.String(dump_only=True)
    issued_on = fields.Date(dump_only=True)
    valid_until = fields.Date(dump_only=True, allow_none=True)
    entered_at = fields.AwareDateTime(dump_only=True, allow_none=True, format="iso")
