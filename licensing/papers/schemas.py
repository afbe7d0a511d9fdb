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


class SlipSchema(StrictSchema):
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả. `state` is `filed` while it is being signed, then `signed`."""

    number = fields.String()
    state = fields.String()
    filed_at = fields.AwareDateTime(format="iso")
    signed_at = fields.AwareDateTime(format="iso", allow_none=True)
    file_sha256 = fields.String(allow_none=True)
