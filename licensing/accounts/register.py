"""An applicant opens an account. Whoever asks cannot learn from the answer whether the address had one already.

The account is active at once; a mail to its address tells the owner, also when it was there before.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config import tokens
from config.access import VISITOR
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.attempts import begin_registration
from licensing.accounts.events import ApplicantRegistered, RegistrationRepeated
from licensing.accounts.models import Account, Kind, Membership, Organisation
from licensing.accounts.passwords import hash_password
from licensing.accounts.rules import check_address, check_password, visible_line


def register_from_outside(
    unit: UnitOfWork,
    network: str,
    *,
    name: str,
    email: str,
    password: str,
    phone: str = "",
    language: str = "vi",
    organisation: tuple[str, str] | None = None,
) -> None:
    """Register someone unknown to us; the same answer and work for an address that is taken.

    Raises `TooManyAttempts`, `PasswordTooWeak`, `DetailsNotAccepted`: none depends on whether the account exists.
    """
    with unit.begin(VISITOR) as work:
        begin_registration(work, email, network)
    with unit.begin(VISITOR) as work:
        register_applicant(
            work,
            name=name,
            email=email,
            password=password,
            phone=phone,
            language=language,
            organisation=organisation,
        )


def register_applicant(
    work: Work,
    *,
    name: str,
    email: str,
    password: str,
    phone: str = "",
    language: str = "vi",
    organisation: tuple[str, str] | None = None,
) -> UUID | None:
    """Open an applicant's account and give its id; None when the address has one, which stays as it is.

    `organisation` is a name and a tax code, as stated. Raises `PasswordTooWeak`, `DetailsNotAccepted`.
    """
    address, line = check_address(email), visible_line(name, "name", 200)
    stated = _stated(organisation)
    check_password(password, address, name)
    account_id = tokens.new_id()
    account = insert(Account).values(
        id=account_id,
        login=address,
        email=address,
        name=line,
        phone=visible_line(phone, "phone number", 30) if phone else "",
        password_hash=hash_password(password),
        kind=Kind.APPLICANT,
        language=language,
        active=True,
        created_at=work.clock.now(),
    )
    if work.session.scalar(account.on_conflict_do_nothing().returning(Account.id)) is None:
        _tell_owner(work, address)
        return None
    if stated:
        _join(work, account_id, *stated)
    work.record(ApplicantRegistered(account_id))
    return account_id


def _tell_owner(work: Work, address: str) -> None:
    account = work.session.scalar(sa.select(Account).where(Account.email == address))
    if account is not None:
        work.record(RegistrationRepeated(account.id))


def _stated(organisation: tuple[str, str] | None) -> tuple[str, str] | None:
    if organisation is None:
        return None
    return visible_line(organisation[0], "name of the organisation", 300), organisation[1].replace("-", "")


def _join(work: Work, account_id: UUID, name: str, tax_code: str) -> None:
    """An organisation of this account's own, even if another stated the same: nobody joins by naming a tax code."""
    now = work.clock.now()
    organisation = Organisation(id=tokens.new_id(), name=name, tax_code=tax_code, created_at=now)
    work.session.add(organisation)
    work.session.flush()
    work.session.add(Membership(account_id=account_id, organisation_id=organisation.id, joined_at=now))
    work.session.flush()
