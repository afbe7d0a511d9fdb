"""Who may sign for an agency today. Asked in the transaction that signs, and true until its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.sentences import say
from config.unit_of_work import Work
from licensing.accounts.errors import (
    AccountInactive,
    AppointmentEnded,
    AppointmentMissing,
    AppointmentNotBegun,
    SigningKeyMissing,
)
from licensing.accounts.models import Appointment
from licensing.accounts.queries import account_by_id, agency_by_code, includes, signing_appointments


@dataclass(frozen=True)
class SigningAuthority:
    """By what right an official signs: as printed above and below the signature, and which keys are used.

    `capacity` and `on_behalf_title` are empty for a head who signs in person; `title` is the official's own.
    """

    account_id: UUID
    official_name: str
    signing_key: str
    appointment_id: UUID
    agency_code: str
    agency_name: str
    seal_key: str
    capacity: str
    on_behalf_title: str
    title: str


def signing_authority(work: Work, account_id: UUID, agency_code: str, on: date | None = None) -> SigningAuthority:
    """The authority of an official to sign for an agency on a day (today when none is given).

    Raises `AccountInactive`, `AppointmentMissing`, `AppointmentEnded`, `AppointmentNotBegun`, `SigningKeyMissing`.
    """
    on = on or work.clock.today()
    account = account_by_id(work, account_id, lock=True)
    agency = agency_by_code(work, agency_code)
    if not account.active:
        raise AccountInactive("This account was closed; it cannot sign.")
    appointment = _covering(list(signing_appointments(work, account_id, agency_code, lock=True)), on)
    if account.signing_key is None:
        raise SigningKeyMissing("You have no signing key; ask your administrator for one.")
    return SigningAuthority(
        account_id=account.id,
        official_name=account.name,
        signing_key=account.signing_key,
        appointment_id=appointment.id,
        agency_code=agency.code,
        agency_name=agency.name_vi,
        seal_key=agency.seal_key,
        capacity=appointment.capacity,
        on_behalf_title=appointment.on_behalf_title,
        title=appointment.position.title_vi,
    )


def _covering(appointments: list[Appointment], on: date) -> Appointment:
    """The appointment that includes the day; the errors tell the nearest one that does not."""
    covering = next((item for item in appointments if includes(item, on)), None)
    if covering:
        return covering
    ended = [item.ends_on for item in appointments if item.ends_on and item.ends_on < on]
    if ended:
        raise AppointmentEnded(
            say("Your appointment ended on {day}; you may no longer sign.", day=f"{max(ended):%d/%m/%Y}")
        )
    begins = [item.starts_on for item in appointments if item.starts_on > on]
    if begins:
        raise AppointmentNotBegun(
            say("Your appointment begins on {day}; you may not sign yet.", day=f"{min(begins):%d/%m/%Y}")
        )
    raise AppointmentMissing("You hold no position of this agency that may sign.")
