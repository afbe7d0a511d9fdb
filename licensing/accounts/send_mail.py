"""Mails about one's own account, each sent by a job after what happened. One that is cut off may be sent twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from config.access import SYSTEM
from config.languages import PREFIXES, in_language
from config.mail import Mailer, MailTexts
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.events import ApplicantRegistered, PasswordChanged, RecoveryAsked, RegistrationRepeated
from licensing.accounts.models import Account
from licensing.accounts.queries import account_by_id
from licensing.accounts.recovery_links import recovery_token

TEXTS = MailTexts(Path(__file__).parent / "mail")
SIGN_IN, FORGOTTEN = "/sign-in", "/forgotten-password"


def send_welcome(unit: UnitOfWork, event: ApplicantRegistered) -> None:
    """Somebody opened an account with this address."""
    _send(unit, event.account_id, "welcome")


def send_registered_before(unit: UnitOfWork, event: RegistrationRepeated) -> None:
    """Somebody tried to open an account with an address that has one: only its owner is told."""
    _send(unit, event.account_id, "registered_before")


def send_recovery_link(unit: UnitOfWork, event: RecoveryAsked) -> None:
    """The link to choose a new password; it is made here and stands in no queue."""
    _send(unit, event.account_id, "recovery", with_link=True)


def send_password_notice(unit: UnitOfWork, event: PasswordChanged) -> None:
    """The password was changed: whoever did not do it learns of it."""
    _send(unit, event.account_id, "password_changed")


def _send(unit: UnitOfWork, account_id: UUID, name: str, with_link: bool = False) -> None:
    settings, mailer = unit.tools[Settings], unit.tools[Mailer]
    with unit.begin(SYSTEM) as work:
        account = account_by_id(work, account_id)
        now = work.clock.now()
    if not account.active:
        return
    values = _values(settings, account)
    values["moment"] = f"{now.astimezone(settings.time_zone):%H:%M, %d/%m/%Y}"
    if with_link:
        values["link"] = f"{values['forgotten']}/" + recovery_token(
            settings.secret_key, account.id, account.password_hash, now
        )
    mailer.send(TEXTS.mail(name, account.language, account.email, **values), now)


def _values(settings: Settings, account: Account) -> dict[str, Any]:
    root = settings.public_url + PREFIXES.get(account.language, "")
    return {
        "name": account.name,
        "site": in_language(settings.site.name, account.language),
        "phone": settings.site.phone,
        "sign_in": root + SIGN_IN,
        "forgotten": root + FORGOTTEN,
        "trial": settings.trial,
    }
