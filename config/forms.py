"""Forms of our own pages: each carries a token of the session it was made for, hidden anew in every page (BREACH)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

from flask import current_app, g, request

from config import tokens
from config.access import VISITOR, current_actor
from config.errors import NotAllowed
from config.security import SAFE_METHODS, refuse_other_sites
from config.sentences import later

TOKEN_FIELD = "csrf_token"  # noqa: S105 - the name of a field
UNREPEATED = ("password", "pin", TOKEN_FIELD)  # fields whose names begin so are never written into a page again


class FormTokenWrong(NotAllowed):
    """The form was made for another session, or has no token; what was typed can be sent again."""


def form_token() -> str:
    """The token for a form on this page; empty for visitors, whose requests carry no rights."""
    if current_actor() is VISITOR:
        return ""
    mask = tokens.random_bytes(32)
    hidden = bytes(one ^ other for one, other in zip(mask, _expected(), strict=True))
    return base64.urlsafe_b64encode(mask + hidden).decode()


def check_form() -> None:
    """Before each request to a page: what changes something must come from a form of ours for this session."""
    if request.method in SAFE_METHODS:
        return
    refuse_other_sites()
    if current_actor() is not VISITOR and not _matches(request.form.get(TOKEN_FIELD, "")):
        raise FormTokenWrong(later("This page was made for another session. Nothing was sent; you can send it again."))


def typed_fields() -> list[tuple[str, str]]:
    """What was typed into the form of this request, without secrets and files, to be offered again."""
    if request.method in SAFE_METHODS:
        return []
    pairs: Any = request.form.items(multi=True)
    return [(name, value) for name, value in pairs if not name.startswith(UNREPEATED)]


def _expected() -> bytes:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, b"form token " + str(g.get("sign_in_session")).encode(), hashlib.sha256)


def _matches(given: str) -> bool:
    try:
        raw = base64.urlsafe_b64decode(given)
    except (binascii.Error, ValueError):
        return False
    if len(raw) != 64:
        return False
    return hmac.compare_digest(bytes(one ^ other for one, other in zip(raw[:32], raw[32:], strict=True)), _expected())
