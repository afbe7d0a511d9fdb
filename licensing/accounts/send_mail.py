"""Mails about one's own account, each sent by a job after what happened. One that is cut off may be sent twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from config.access import SYSTEM
from config.languages import PREFIXES, in_language
from config.mail import Mailer, MailTexts
from config.secret import secret_of
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.address_links import address_token
from licensing.accounts.events import (
    AddressChangeAsked,
    AddressLinkAsked,
    ApplicantRegistered,
    PasswordChanged,
    RecoveryAsked,
    RegistrationRepeated,
)
from licensing.accounts.models import Account
from licensing.accounts.queries import account_by_id, address_state
from licensing.accounts.recovery_links import recovery_token
from licensing.accounts.verify_address import has_other_owner

TEXTS = MailTexts(Path(__file__).parent / "mail")
SIGN_IN, FORGOTTEN, CONFIRM = "/sign-in", "/forgotten-password", "/confirm-address"
WITH_ADDRESS_LINK = ("welcome", "confirm_address")


def send_welcome(unit: UnitOfWork, event: ApplicantRegistered) -> None:
    """Somebody opened an account with this address, and verifies it by the link."""
    _send(unit, event.account_id, "welcome")


def send_registered_before(unit: UnitOfWork, event: RegistrationRepeated) -> None:
    """Somebody tried to open an account with an address that has one: only its owner is told."""
    _send(unit, event.account_id, "registered_before")


def send_recovery_link(unit: UnitOfWork, event: RecoveryAsked) -> None:
    """The link to choose a new password; it is made here and stands in no queue."""
    _send(unit, event.account_id, "recovery")


def send_password_notice(unit: UnitOfWork, event: PasswordChanged) -> None:
    """The password was changed: whoever did not do it learns of it."""
    _send(unit, event.account_id, "password_changed")


def send_address_link(unit: UnitOfWork, event: AddressLinkAsked | AddressChangeAsked) -> None:
    """The link to verify an address; one that another account has gets a word to its owner instead."""
    with unit.begin(SYSTEM) as work:
        address = address_state(work, event.account_id).waiting
        taken = address is not None and has_other_owner(work, event.account_id, address)
    if address is not None:
        _send(unit, event.account_id, "address_taken" if taken else "confirm_address", to=address)


def send_address_notice(unit: UnitOfWork, event: AddressChangeAsked) -> None:
    """Another address was named: the owner learns of it where we know to reach him or her."""
    with unit.begin(SYSTEM) as work:
        state = address_state(work, event.account_id)
    if state.verified and state.new_email:
        _send(unit, event.account_id, "address_changing")


def _send(unit: UnitOfWork, account_id: UUID, name: str, to: str | None = None) -> None:
    settings, mailer = unit.tools[Settings], unit.tools[Mailer]
    with unit.begin(SYSTEM) as work:
        account = account_by_id(work, account_id)
        now = work.clock.now()
    if not account.active:
        return
    address = to or account.email
    values = _values(settings, account)
    values["moment"] = f"{now.astimezone(settings.time_zone):%H:%M, %d/%m/%Y}"
    if name == "recovery":
        token = recovery_token(secret_of(settings), account.id, account.password_hash, now)
        values["link"] = f"{values['forgotten']}/{token}"
    elif name in WITH_ADDRESS_LINK:
        values["address"] = address
        values["link"] = values["confirm"] + address_token(secret_of(settings), account.id, address, now)
    mailer.send(TEXTS.mail(name, account.language, address, **values), now)


def _values(settings: Settings, account: Account) -> dict[str, Any]:
    root = settings.public_url + PREFIXES.get(account.language, "")
    return {
        "name": account.name,
        "site": in_language(settings.site.name, account.language),
        "phone": settings.site.phone,
        "sign_in": root + SIGN_IN,
        "forgotten": root + FORGOTTEN,
        "confirm": f"{root}{CONFIRM}/",
        "trial": settings.trial,
    }
