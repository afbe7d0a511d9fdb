"""The shape of charges in the API."""

from __future__ import annotations

from marshmallow import fields

from licensing.accounts.schemas import StrictSchema


class ChargeSchema(StrictSchema):
    """One fee of an application, in whole đồng; `row` is the row of the tariff that applied."""

    id = fields.UUID()
    fee = fields.String()
    code = fields.String()
    row = fields.String()
    vnd = fields.Integer()
    collect = fields.String()
    state = fields.String()
    assessed_at = fields.AwareDateTime(format="iso")
