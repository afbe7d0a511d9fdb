"""Attempts to sign in or register are counted before anything is verified, so that none goes uncounted."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.errors import TooManyAttempts
from licensing.accounts.models import SignInAttempt
from licensing.accounts.rules import (
    ACCOUNT_WINDOW,
    ADDRESS_MAILS,
    NETWORK_LIMIT,
    NETWORK_WINDOW,
    RECOVERY_LIMIT,
    RECOVERY_MAILS,
    RECOVERY_WINDOW,
    REGISTRATION_LIMIT,
    REGISTRATION_WINDOW,
    folded,
    wait_for_account,
    wait_for_network,
)

SIGN_IN, REGISTER, RECOVER, ADDRESS = "sign_in", "register", "recover", "address"
NOWHERE = ""  # no network: the same attempt was counted for its network already


def begin_sign_in(work: Work, login: str, network: str) -> UUID:
    """Count an attempt and give its id; raises `TooManyAttempts`, and then nothing is counted.

    A login that no account has is counted like any other, so that the answer does not tell them apart.
    """
    key = hashlib.sha256(folded(login).encode("utf-8", "surrogatepass")).digest()
    _one_at_a_time(work, key)
    _one_at_a_time(work, network.encode())
    now = work.clock.now()
    _refuse(wait_for_account(_failures_since_success(work, key, now), now))
    recent = _attempts_of(work, SIGN_IN, network, now - NETWORK_WINDOW, only_failed=True)
    _refuse(wait_for_network(recent, NETWORK_LIMIT, NETWORK_WINDOW, now))
    return _count(work, SIGN_IN, key, network)


def begin_registration(work: Work, email: str, network: str) -> UUID:
    """Count a registration; raises `TooManyAttempts` when the network made too many."""
    _one_at_a_time(work, network.encode())
    now = work.clock.now()
    recent = _attempts_of(work, REGISTER, network, now - REGISTRATION_WINDOW, only_failed=False)
    _refuse(wait_for_network(recent, REGISTRATION_LIMIT, REGISTRATION_WINDOW, now))
    return _count(work, REGISTER, hashlib.sha256(folded(email).encode("utf-8", "surrogatepass")).digest(), network)


def begin_recovery(work: Work, login: str, network: str) -> bool:
    """Count a request for a new password; False when this login had as many mails as it gets.

    Raises `TooManyAttempts` when the network made too many. Unknown logins are counted like any other.
    """
    key = hashlib.sha256(folded(login).encode("utf-8", "surrogatepass")).digest()
    _one_at_a_time(work, key)
    _one_at_a_time(work, network.encode())
    now = work.clock.now()
    recent = _attempts_of(work, RECOVER, network, now - RECOVERY_WINDOW, only_failed=False)
    _refuse(wait_for_network(recent, RECOVERY_LIMIT, RECOVERY_WINDOW, now))
    wanted = len(_attempts_with(work, RECOVER, key, now - RECOVERY_WINDOW)) < RECOVERY_MAILS
    _count(work, RECOVER, key, network)
    return wanted


def begin_address_mail(work: Work, account_id: UUID, address: str, network: str) -> None:
    """Count a mail that asks to verify an address; raises `TooManyAttempts`, and then nothing is counted.

    Counted for the account, which could name many addresses, and for the address, which many accounts could name.
    """
    keys = [hashlib.sha256(text.encode()).digest() for text in (f"account {account_id}", folded(address))]
    for key in (*sorted(keys), network.encode()):
        _one_at_a_time(work, key)
    now = work.clock.now()
    since = now - RECOVERY_WINDOW
    recent = _attempts_of(work, ADDRESS, network, since, only_failed=False)
    _refuse(wait_for_network(recent, RECOVERY_LIMIT, RECOVERY_WINDOW, now))
    for key in keys:
        _refuse(wait_for_network(_attempts_with(work, ADDRESS, key, since), ADDRESS_MAILS, RECOVERY_WINDOW, now))
    _count(work, ADDRESS, keys[0], network)
    _count(work, ADDRESS, keys[1], NOWHERE)


def note_success(work: Work, attempt_id: UUID) -> None:
    """The attempt was no failure; the account's earlier failures count no more."""
    work.session.execute(sa.update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True))


def forget_attempts(work: Work, older_than: timedelta = ACCOUNT_WINDOW) -> None:
    """Delete what no rule asks for any more; run daily."""
    work.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < work.clock.now() - older_than))


def _count(work: Work, purpose: str, key: bytes, network: str) -> UUID:
    attempt = SignInAttempt(
        id=tokens.new_id(), purpose=purpose, login_sha256=key, network=network, at=work.clock.now(), succeeded=False
    )
    work.session.add(attempt)
    work.session.flush()
    return attempt.id


def _failures_since_success(work: Work, key: bytes, now: datetime) -> list[datetime]:
    """When the attempts of a login failed (or have not ended yet), the latest last, back to its last success."""
    query = (
        sa.select(SignInAttempt.at, SignInAttempt.succeeded)
        .where(
            SignInAttempt.purpose == SIGN_IN,
            SignInAttempt.login_sha256 == key,
            SignInAttempt.at > now - ACCOUNT_WINDOW,
        )
        .order_by(SignInAttempt.at.desc(), SignInAttempt.succeeded.desc())
    )
    failures: list[datetime] = []
    for at, succeeded in work.session.execute(query):
        if succeeded:
            break
        failures.insert(0, at)
    return failures


def _attempts_with(work: Work, purpose: str, key: bytes, since: datetime) -> list[datetime]:
    query = sa.select(SignInAttempt.at).where(
        SignInAttempt.purpose == purpose, SignInAttempt.login_sha256 == key, SignInAttempt.at > since
    )
    return list(work.session.scalars(query.order_by(SignInAttempt.at)))


def _attempts_of(work: Work, purpose: str, network: str, since: datetime, *, only_failed: bool) -> list[datetime]:
    query = sa.select(SignInAttempt.at).where(
        SignInAttempt.purpose == purpose, SignInAttempt.network == network, SignInAttempt.at > since
    )
    if only_failed:
        query = query.where(SignInAttempt.succeeded.is_(False))
    return list(work.session.scalars(query.order_by(SignInAttempt.at)))


def _refuse(seconds: int) -> None:
    if seconds > 0:
        raise TooManyAttempts(seconds)


def _one_at_a_time(work: Work, key: bytes) -> None:
    """Attempts that arrive together are counted one after the other."""
    number = int.from_bytes(hashlib.sha256(b"attempts" + key).digest()[:8], "big", signed=True)
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
