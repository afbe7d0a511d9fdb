"""The shape of certified prints in the API."""

from __future__ import annotations

from marshmallow import fields, validate

from licensing.accounts.schemas import StrictSchema, line
from licensing.licences.prints.models import MadeAs
from licensing.licences.prints.rules import LONGEST_REASON, LONGEST_RECIPIENT


class PrintOrderSchema(StrictSchema):
    """The order of a print. The same `order_key` again leads to the same print.

    An official says for whom the print is and why; a holder need not.
    """

    order_key = fields.UUID(required=True, load_only=True)
    recipient = line(LONGEST_RECIPIENT, shortest=0, load_default="")
    reason = line(LONGEST_REASON, shortest=0, load_default="")


class PrintSchema(StrictSchema):
    """One line of the log of a licence's prints; `open` says that the caller may still fetch its paper."""

    id = fields.UUID(dump_only=True)
    number = fields.Integer(dump_only=True)
    printed_at = fields.AwareDateTime(dump_only=True, format="iso")
    sheets = fields.Integer(dump_only=True)
    made_as = fields.String(dump_only=True, validate=validate.OneOf([*MadeAs]))
    name = fields.String(dump_only=True)
    recipient = fields.String(dump_only=True)
    reason = fields.String(dump_only=True)
    open = fields.Boolean(dump_only=True)
