"""Tells the register how agencies are reached, and who of their officials reads what people report."""

from __future__ import annotations

from collections.abc import Sequence

from config.unit_of_work import Work
from licensing.accounts.errors import AgencyNotFound
from licensing.accounts.models import Account
from licensing.accounts.queries import administrators, agency_by_code, officials_with
from licensing.accounts.roles import Role
from registry.verification.contacts import AgencyContacts, Contact, Reader


def contact_of(work: Work, code: str) -> Contact | None:
    """The agency by its code; None for one that is not on record here."""
    try:
        agency = agency_by_code(work, code)
    except AgencyNotFound:
        return None
    return Contact({"vi": agency.name_vi, "en": agency.name_en}, agency.phone, agency.address)


def readers_of(work: Work, code: str | None) -> Sequence[Reader]:
    """The agency's clerks; where it has none, or where no agency is known, those who run the installation."""
    today = work.clock.today()
    clerks = officials_with(work, Role.CLERK, code, today) if code else []
    found: Sequence[Account] = clerks or administrators(work, today)
    return [Reader(one.email, one.language) for one in found]


AGENCIES = AgencyContacts(contact_of, readers_of)
