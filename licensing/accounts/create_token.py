"""A program gets a token that acts for an account, with no more than its owner may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from config import tokens
from config.sentences import say
from config.unit_of_work import Work
from licensing.accounts.errors import ScopeNotHeld, TooManyTokens
from licensing.accounts.events import TokenCreated
from licensing.accounts.models import AccessToken
from licensing.accounts.queries import account_by_id, live_tokens
from licensing.accounts.roles import NEVER_IN_TOKENS
from licensing.accounts.rules import visible_line
from licensing.accounts.secret_texts import TOKEN_MARK, digest_of, new_secret

TOKENS_MAX = 50


@dataclass(frozen=True)
class CreatedToken:
    """A token's row and its text, which is shown once and kept nowhere."""

    row: AccessToken
    text: str


def create_token(work: Work, name: str, days: int, scopes: Sequence[str] | None = None) -> CreatedToken:
    """A token of the caller's for `days` days. Without scopes it may do what the caller may do today.

    Raises `ScopeNotHeld`, `TooManyTokens`.
    """
    account = account_by_id(work, work.actor.account_id, lock=True)
    held = frozenset().union(*work.actor.permissions.values()) - NEVER_IN_TOKENS
    wanted = held if scopes is None else frozenset(scopes)
    if not wanted <= held:
        raise ScopeNotHeld(say("A token cannot do this: {scopes}.", scopes=", ".join(sorted(wanted - held))))
    if len(live_tokens(work, account.id)) >= TOKENS_MAX:
        raise TooManyTokens(say("You have {number} tokens; revoke one first.", number=TOKENS_MAX))
    text, now = TOKEN_MARK + new_secret(), work.clock.now()
    token = AccessToken(
        id=tokens.new_id(),
        secret_sha256=digest_of(text),
        account_id=account.id,
        name=visible_line(name, "name", 100),
        scopes=sorted(wanted),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    work.session.add(token)
    work.session.flush()
    work.record(TokenCreated(account.id, token.id))
    return CreatedToken(token, text)
