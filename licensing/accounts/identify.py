"""Who is behind a session's or a token's secret, asked for every request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from config.access import VISITOR, Actor, SignInNeeded
from config.send_again import EndedSession
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.models import AccessToken, Account, SignInSession
from licensing.accounts.queries import actor_of
from licensing.accounts.roles import NEVER_IN_TOKENS
from licensing.accounts.rules import session_is_over
from licensing.accounts.secret_texts import digest_of

NOTE_SEEN_AFTER = timedelta(minutes=1)  # so that not every reading request writes


@dataclass(frozen=True)
class Caller:
    """The actor of a request and the session it came with, if any; or the one that it came too late for."""

    actor: Actor
    session_id: UUID | None = None
    ended: EndedSession | None = None


def identify_session(unit: UnitOfWork, secret: str) -> Caller:
    """The caller behind a session cookie; a visitor when the session is unknown, ended or over."""
    with unit.begin(VISITOR) as work:
        row = work.session.execute(
            sa.select(SignInSession, Account)
            .join(Account, Account.id == SignInSession.account_id)
            .where(
                SignInSession.secret_sha256 == digest_of(secret),
                SignInSession.ended_at.is_(None),
                Account.active.is_(True),
            )
        ).one_or_none()
        if row is None:
            return Caller(VISITOR)
        session, account = row
        if session_is_over(session.created_at, session.seen_at, work.clock.now()):
            return Caller(VISITOR, ended=EndedSession(session.id, account.id))
        if work.clock.now() - session.seen_at >= NOTE_SEEN_AFTER:
            session.seen_at = work.clock.now()
        return Caller(actor_of(work, account), session.id)


def identify_token(unit: UnitOfWork, secret: str) -> Caller:
    """The caller behind a bearer token, with no more than its scopes; raises `SignInNeeded` when it is not good."""
    with unit.begin(VISITOR) as work:
        found = _token_and_account(work, secret)
        if found is None:
            raise SignInNeeded("The token is unknown, expired or revoked.")
        token, account = found
        return Caller(narrowed(actor_of(work, account), frozenset(token.scopes) - NEVER_IN_TOKENS))


def narrowed(actor: Actor, scopes: frozenset[str]) -> Actor:
    """The actor with only those permissions that are among the scopes."""
    held = {agency: permissions & scopes for agency, permissions in actor.permissions.items()}
    return Actor(actor.id, actor.name, {agency: permissions for agency, permissions in held.items() if permissions})


def _token_and_account(work: Work, secret: str) -> tuple[AccessToken, Account] | None:
    row = work.session.execute(
        sa.select(AccessToken, Account)
        .join(Account, Account.id == AccessToken.account_id)
        .where(
            AccessToken.secret_sha256 == digest_of(secret),
            AccessToken.revoked_at.is_(None),
            AccessToken.expires_at > work.clock.now(),
            Account.active.is_(True),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None
