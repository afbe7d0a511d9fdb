"""The shape of papers in the API."""

from __future__ import annotations

from marshmallow import fields

from licensing.accounts.schemas import StrictSchema


class PaperSchema(StrictSchema):
    """An official paper that was handed out; `file_sha256` is the digest of its PDF."""

    id = fields.UUID()
    kind = fields.String()
    application_id = fields.UUID()
    agency = fields.String()
    number = fields.String()
    issued_on = fields.Date()
    file_sha256 = fields.String()
    delivered_at = fields.AwareDateTime(format="iso")
