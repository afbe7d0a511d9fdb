"""Forms of our own pages: each carries a token of the session it was made for, hidden anew in every page (BREACH)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

from flask import current_app, g, request

from config import tokens
from config.access import VISITOR, current_actor, current_unit
from config.errors import NotAllowed
from config.security import SAFE_METHODS, refuse_other_sites
from config.send_again import EndedSession, Sending, again_token, is_good
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
    hidden = bytes(one ^ other for one, other in zip(mask, _expected(g.get("sign_in_session")), strict=True))
    return base64.urlsafe_b64encode(mask + hidden).decode()


def check_form() -> None:
    """Before each request to a page: what changes something must come from a form of ours for this session."""
    if request.method in SAFE_METHODS:
        return
    refuse_other_sites()
    if current_actor() is VISITOR:
        return
    given = request.form.get(TOKEN_FIELD, "")
    if not _matches(given, g.get("sign_in_session")) and not _sent_again(given):
        raise FormTokenWrong(later("This page was made for another session. Nothing was sent; you can send it again."))


def typed_fields() -> list[tuple[str, str]]:
    """What was typed into the form of this request, without secrets and files, to be offered again."""
    if request.method in SAFE_METHODS:
        return []
    pairs: Any = request.form.items(multi=True)
    return [(name, value) for name, value in pairs if not name.startswith(UNREPEATED)]


def token_to_send_again() -> str:
    """For the page that keeps what was typed: good for whoever's session ended by age, once signed in again.

    Empty where the form was not one of that session's: another's fields are never made ready to be sent.
    """
    current_actor()  # looks for the session, and notes one that has ended
    ended: EndedSession | None = g.get("ended_session")
    if ended is None or not _matches(request.form.get(TOKEN_FIELD, ""), ended.id):
        return ""
    sending = Sending(ended.account_id, request.method, here(), typed_fields())
    return again_token(_key(), sending, current_unit().clock.now())


def here() -> str:
    """The address of this page, without a host, in its language."""
    query = "?" + request.query_string.decode("latin-1") if request.query_string else ""
    return request.script_root + request.path + query


def _sent_again(given: str) -> bool:
    """The form is, field for field, the one that waited while its sender signed in again."""
    if not given or request.files or g.get("sign_in_session") is None:
        return False
    pairs: Any = request.form.items(multi=True)
    fields = [(name, value) for name, value in pairs if name != TOKEN_FIELD]
    sending = Sending(current_actor().id, request.method, here(), fields)
    return is_good(_key(), given, sending, current_unit().clock.now())


def _key() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def _expected(session: object) -> bytes:
    return hmac.digest(_key(), b"form token " + str(session).encode(), hashlib.sha256)


def _matches(given: str, session: object) -> bool:
    try:
        raw = base64.urlsafe_b64decode(given)
    except (binascii.Error, ValueError):
        return False
    if len(raw) != 64:
        return False
    shown = bytes(one ^ other for one, other in zip(raw[:32], raw[32:], strict=True))
    return hmac.compare_digest(shown, _expected(session))
