"""Whom to call about a licence, and whom to write to: the registry knows agencies by their codes alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from config.unit_of_work import Work
from registry.entries.models import Entry


@dataclass(frozen=True)
class Contact:
    """An agency as people reach it."""

    name: Mapping[str, str]
    phone: str
    address: str


@dataclass(frozen=True)
class Reader:
    """Somebody who gets mail about reports."""

    email: str
    language: str


@dataclass(frozen=True)
class AgencyContacts:
    """The installation's knowledge of its agencies, by code; without one (None) the readers run the installation."""

    contact: Callable[[Work, str], Contact | None]
    readers: Callable[[Work, str | None], Sequence[Reader]]


def agency_of(work: Work, register_code: str | None) -> str | None:
    """The code of the agency that issued a licence."""
    if register_code is None:
        return None
    return work.session.scalar(sa.select(Entry.agency).where(Entry.register_code == register_code))


def whom_to_call(work: Work, register_code: str | None) -> Contact | None:
    """The agency behind a register code; None where only the service itself can be called."""
    agency = agency_of(work, register_code)
    try:
        known = work.tools[AgencyContacts]
    except LookupError:
        return None
    return known.contact(work, agency) if agency else None
