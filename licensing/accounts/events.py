"""What happened to accounts, agencies and appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class AgencyOpened(Event):
    agency_code: str


@dataclass(frozen=True)
class PositionCreated(Event):
    position_id: UUID
    agency_code: str


@dataclass(frozen=True)
class ApplicantRegistered(Event):
    account_id: UUID


@dataclass(frozen=True)
class RegistrationRepeated(Event):
    account_id: UUID


@dataclass(frozen=True)
class OfficialCreated(Event):
    account_id: UUID


@dataclass(frozen=True)
class AccountClosed(Event):
    account_id: UUID


@dataclass(frozen=True)
class OfficialAppointed(Event):
    appointment_id: UUID
    account_id: UUID
    agency_code: str


@dataclass(frozen=True)
class AppointmentCutShort(Event):
    appointment_id: UUID
    last_day: date


@dataclass(frozen=True)
class RoleGranted(Event):
    grant_id: UUID
    account_id: UUID
    role: str


@dataclass(frozen=True)
class RoleEnded(Event):
    grant_id: UUID
    last_day: date


@dataclass(frozen=True)
class SignedIn(Event):
    account_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class SessionEnded(Event):
    account_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class TokenCreated(Event):
    account_id: UUID
    token_id: UUID


@dataclass(frozen=True)
class TokenRevoked(Event):
    account_id: UUID
    token_id: UUID


@dataclass(frozen=True)
class AddressLinkAsked(Event):
    account_id: UUID


@dataclass(frozen=True)
class AddressChangeAsked(Event):
    account_id: UUID


@dataclass(frozen=True)
class AddressVerified(Event):
    account_id: UUID


@dataclass(frozen=True)
class RecoveryAsked(Event):
    account_id: UUID


@dataclass(frozen=True)
class PasswordChanged(Event):
    account_id: UUID
