"""Someone signs in with a password. Known and unknown logins get the same answer after the same work."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.access import VISITOR, Actor
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.attempts import begin_sign_in, note_success
from licensing.accounts.errors import SignInFailed
from licensing.accounts.events import SignedIn
from licensing.accounts.models import Account, SignInSession
from licensing.accounts.passwords import hash_password, needs_new_hash, password_matches
from licensing.accounts.queries import account_by_id
from licensing.accounts.rules import folded, has_unseen
from licensing.accounts.secret_texts import digest_of, new_secret

FAILED = "The login or the password is wrong, or the account may not sign in."


@dataclass(frozen=True)
class BegunSession:
    """A session and its secret, which goes into the cookie and is kept nowhere."""

    account_id: UUID
    session_id: UUID
    secret: str


def sign_in(unit: UnitOfWork, login: str, password: str, network: str, browser: str = "") -> BegunSession:
    """Begin a session; raises `SignInFailed` or `TooManyAttempts`. No transaction is open while the hash is made."""
    with unit.begin(VISITOR) as work:
        attempt = begin_sign_in(work, login, network)
        account = account_by_login(work, login)
    matches = password_matches(account.password_hash if account else None, password)
    if account is None or not matches or not account.active:
        raise SignInFailed(FAILED)
    renewed = hash_password(password) if needs_new_hash(account.password_hash or "") else None
    return begin_session(unit, account, attempt, renewed, browser)


def begin_session(
    unit: UnitOfWork, verified: Account, attempt: UUID, renewed: str | None, browser: str
) -> BegunSession:
    """Begin the session of somebody just verified: the attempt was no failure, `renewed` replaces an outdated hash."""
    with unit.begin(Actor(verified.id, verified.name)) as work:
        note_success(work, attempt)
        return _begin_session(work, verified, renewed, browser)


def account_by_login(work: Work, login: str) -> Account | None:
    """The account with this login or e-mail address; an official's login is never an address, so there is only one."""
    name = folded(login)
    if has_unseen(name):
        return None
    return work.session.scalar(sa.select(Account).where(sa.or_(Account.login == name, Account.email == name)))


def _begin_session(work: Work, verified: Account, renewed: str | None, browser: str) -> BegunSession:
    account = account_by_id(work, verified.id, lock=True)
    if not account.active or account.password_hash != verified.password_hash:
        raise SignInFailed(FAILED)  # closed, or given another password, while this one was being verified
    if renewed:
        account.password_hash = renewed
    secret, now = new_secret(), work.clock.now()
    session = SignInSession(
        id=tokens.new_id(),
        secret_sha256=digest_of(secret),
        account_id=account.id,
        browser="".join(sign for sign in browser if sign.isprintable())[:200],
        created_at=now,
        seen_at=now,
    )
    work.session.add(session)
    work.session.flush()
    work.record(SignedIn(account.id, session.id))
    return BegunSession(account.id, session.id, secret)
