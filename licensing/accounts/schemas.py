"""The shape of accounts in the API. Strict: what a schema does not name is refused, every text has a longest length."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from licensing.accounts.rules import PASSWORD_MAX, PASSWORD_MIN, PHONE, TAX_CODE, TOKEN_DAYS_MAX

ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"  # goes into OpenAPI as it stands
ADDRESS = r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"


class StrictSchema(Schema):
    """The parent of the service's schemas."""

    class Meta:
        unknown = RAISE


def one_line(text: str) -> None:
    """No control characters, not even the line end that a pattern's `$` lets through."""
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        raise ValidationError("Control characters are not allowed here.")


def line(longest: int, *, shortest: int = 1, pattern: str = ONE_LINE, **options: Any) -> fields.String:
    """A text on one line."""
    checks: list[Callable[[Any], Any]] = [validate.Length(shortest, longest), validate.Regexp(pattern), one_line]
    return fields.String(validate=checks, **options)


class CredentialsSchema(StrictSchema):
    """What someone signs in with: an official's login, or an e-mail address."""

    login = line(254, required=True)
    password = line(PASSWORD_MAX * 4, required=True, load_only=True)


class NewOrganisationSchema(StrictSchema):
    """Whom an applicant files for."""

    name = line(300, shortest=2, required=True)
    tax_code = line(14, pattern=TAX_CODE, required=True)


class NewApplicantSchema(StrictSchema):
    """What a new applicant states."""

    name = line(200, shortest=2, required=True)
    email = line(254, shortest=6, pattern=ADDRESS, required=True)
    password = line(PASSWORD_MAX * 4, shortest=PASSWORD_MIN, required=True, load_only=True)
    phone = line(27, pattern=PHONE)
    language = fields.String(validate=validate.OneOf(["vi", "en"]), load_default="vi")
    organisation = fields.Nested(NewOrganisationSchema)


class MessageSchema(StrictSchema):
    """A sentence for the person who asked."""

    message = fields.String(dump_only=True)


class OrganisationSchema(StrictSchema):
    id = fields.UUID(dump_only=True)
    name = fields.String(dump_only=True)
    tax_code = fields.String(dump_only=True)


class MeSchema(StrictSchema):
    """The caller: who it is, and what may be done at which agency (`""`: everywhere)."""

    id = fields.UUID(dump_only=True)
    login = fields.String(dump_only=True)
    name = fields.String(dump_only=True)
    email = fields.String(dump_only=True)
    email_verified_at = fields.AwareDateTime(dump_only=True, format="iso", allow_none=True)
    kind = fields.String(dump_only=True)
    language = fields.String(dump_only=True)
    permissions = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), dump_only=True)
    organisations = fields.List(fields.Nested(OrganisationSchema), dump_only=True)


class NewTokenSchema(StrictSchema):
    """A token for a program: a name to know it by, what it may do (all that its owner may, when left out), how long."""

    name = line(100, required=True)
    scopes = fields.List(line(40), validate=validate.Length(1, 30))
    days = fields.Integer(validate=validate.Range(1, TOKEN_DAYS_MAX), load_default=30, strict=True)


class TokenSchema(StrictSchema):
    id = fields.UUID(dump_only=True)
    name = fields.String(dump_only=True)
    scopes = fields.List(fields.String(), dump_only=True)
    created_at = fields.AwareDateTime(dump_only=True, format="iso")
    expires_at = fields.AwareDateTime(dump_only=True, format="iso")


class IssuedTokenSchema(TokenSchema):
    """A token just made; `token` is shown this once."""

    token = fields.String(dump_only=True)


class SessionSchema(StrictSchema):
    id = fields.UUID(dump_only=True)
    browser = fields.String(dump_only=True)
    created_at = fields.AwareDateTime(dump_only=True, format="iso")
    seen_at = fields.AwareDateTime(dump_only=True, format="iso")
    current = fields.Boolean(dump_only=True)
