"""An official gets an account. What he or she may do comes afterwards, by roles and appointments."""

from __future__ import annotations

import sqlalchemy as sa

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.errors import AlreadyTaken
from licensing.accounts.events import OfficialCreated
from licensing.accounts.models import Account, Kind, VerifiedBy
from licensing.accounts.passwords import hash_password
from licensing.accounts.rules import check_address, check_login, check_password, visible_line


def create_official(
    work: Work,
    *,
    login: str,
    name: str,
    email: str,
    password: str | None = None,
    signing_key: str | None = None,
    phone: str = "",
    language: str = "vi",
) -> Account:
    """Open an official's account; without a password nobody can sign in to it yet.

    Whoever makes it answers for the address: it counts as verified, and the account says by whom.
    Raises `AlreadyTaken`, `PasswordTooWeak`, `DetailsNotAccepted`.
    """
    login, email = check_login(login), check_address(email)
    _check_free(work, login, email, signing_key)
    if password is not None:
        check_password(password, login, email, name)
    account = Account(
        id=tokens.new_id(),
        login=login,
        email=email,
        email_verified_at=work.clock.now(),
        email_verified_by=VerifiedBy.ADMINISTRATOR,
        name=visible_line(name, "name", 200),
        phone=visible_line(phone, "phone number", 30) if phone else "",
        password_hash=hash_password(password) if password is not None else None,
        kind=Kind.OFFICIAL,
        language=language,
        signing_key=signing_key,
        active=True,
        created_at=work.clock.now(),
    )
    work.session.add(account)
    work.session.flush()
    work.record(OfficialCreated(account.id))
    return account


def _check_free(work: Work, login: str, email: str, signing_key: str | None) -> None:
    same = [Account.login == login, Account.email == email]
    if signing_key:
        same.append(Account.signing_key == signing_key)
    if work.session.scalar(sa.select(Account.id).where(sa.or_(*same)).limit(1)):
        raise AlreadyTaken("There is an account with this login, address or signing key.")
