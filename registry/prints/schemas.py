"""The shape of a certified print in the API."""

from __future__ import annotations

from marshmallow import Schema, fields


class PublicPrintSchema(Schema):
    """What anybody is told of a certified print: that it was made, when, of how many sheets. No names."""

    register_code = fields.String(required=True)
    number = fields.Integer(required=True)
    printed_at = fields.AwareDateTime(required=True, format="iso")
    sheets = fields.Integer(required=True)
