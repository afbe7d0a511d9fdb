"""The shape of licences and of documents to sign in the API."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from marshmallow import fields, validate

from licensing.accounts.schemas import StrictSchema
from signing.requests.queries import PAGE

PIN = r"^[0-9A-Za-z]{4,64}$"
SHA256 = r"^[0-9a-f]{64}$"
BASE64 = r"^[0-9A-Za-z+/]*={0,2}$"


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


class EnclosureSchema(StrictSchema):
    """A file that goes out with a document: `sha256` is of the file as it was supplied, `sealed_sha256` once sealed."""

    position = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    sha256 = fields.String(dump_only=True)
    size = fields.Integer(dump_only=True)
    pages = fields.Integer(dump_only=True)
    sealed_sha256 = fields.String(dump_only=True, allow_none=True, attribute="result_sha256")


class Base64(fields.Field[bytes]):
    """Octets, as base64."""

    def _serialize(self, value: bytes | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else b64encode(value).decode()


class BeginSessionSchema(StrictSchema):
    """The SHA-256 (hex) of the document that the signatory fetched and looked at."""

    document_sha256 = fields.String(required=True, validate=validate.Regexp(SHA256))


class HandedInSchema(StrictSchema):
    """The raw value over `attributes` (RSA PKCS #1 v1.5, or ECDSA as DER or as two numbers; with SHA-256), as base64.

    `secret` is the session's. `certificate` (DER) may say whose key it was; it must be the registered one.
    """

    value = fields.String(required=True, validate=[validate.Length(4, 4096), validate.Regexp(BASE64)])
    secret = fields.String(required=True, validate=validate.Regexp(SHA256), load_only=True)
    certificate = fields.String(validate=[validate.Length(4, 16_384), validate.Regexp(BASE64)])


class ReadyMadeSchema(StrictSchema):
    """A detached CMS (DER, base64) over the covered octets, made by another program; `secret` is the session's."""

    cms = fields.String(required=True, validate=[validate.Length(4, 90_000), validate.Regexp(BASE64)])
    secret = fields.String(required=True, validate=validate.Regexp(SHA256), load_only=True)


class SigningSessionSchema(StrictSchema):
    """A signing session: `attributes` (DER) are what the key signs, and `digest` is their hash.

    `control_code` is shown on both screens.
    """

    id = fields.UUID(dump_only=True)
    request_id = fields.UUID(dump_only=True)
    kind = fields.String(dump_only=True)
    state = fields.String(dump_only=True)
    reason = fields.String(dump_only=True)
    summary = fields.String(dump_only=True)
    document = fields.Function(lambda shown: f"/v1/signing-requests/{shown.request_id}/document", dump_only=True)
    document_sha256 = fields.String(dump_only=True)
    attributes = Base64(dump_only=True, metadata={"type": "string", "format": "byte"})
    digest = Base64(dump_only=True, metadata={"type": "string", "format": "byte"})
    hash_algorithm = fields.String(dump_only=True)
    certificate = Base64(dump_only=True, metadata={"type": "string", "format": "byte"})
    control_code = fields.String(dump_only=True)
    expires_at = fields.AwareDateTime(dump_only=True, format="iso")


class BegunSessionSchema(SigningSessionSchema):
    """As it is told once, to whoever began it: `secret` comes back with the value."""

    secret = fields.String(dump_only=True)


class SigningRequestsSchema(StrictSchema):
    """A page of the list; `next` goes into `after`."""

    items = fields.List(fields.Nested(SigningRequestSchema), dump_only=True)
    next = fields.UUID(dump_only=True, allow_none=True)


class LicenceSchema(StrictSchema):
    """A licence in the making. Once `entered_at` is set it can be looked up by its register code.

    Number and days are null until they are fixed: where the clerk numbers licences, until their seal is ordered.
    """

    application_id = fields.UUID(dump_only=True)
    register_code = fields.String(dump_only=True)
    number = fields.String(dump_only=True, allow_none=True)
    issued_on = fields.Date(dump_only=True, allow_none=True)
    valid_until = fields.Date(dump_only=True, allow_none=True)
    entered_at = fields.AwareDateTime(dump_only=True, allow_none=True, format="iso")
