"""Number and date of a licence: gapless for agency, register and year, under the lock of the series.

`before_signature`: when the licence is reserved, so that the official signs them. `after_signature`: when the clerk
orders the seal (Decree 30/2020/NĐ-CP, art. 15, 32, 33); they are then texts in blanks that the seal fills.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from config.unit_of_work import Work
from licensing.accounts.queries import agency_by_code
from licensing.catalogue.queries import package_of
from licensing.licences.layout import document_number, expiry
from licensing.licences.models import Licence
from registry.entries.numbering import NumberSeries, reserve_number
from registry.entries.printed import printed
from signing.requests.models import SigningRequest

PURPOSE = "licence"


def licence_of_decision(work: Work, decision_id: UUID) -> Licence | None:
    """The living licence of a decision."""
    return work.session.scalar(
        select(Licence).where(Licence.decision_id == decision_id, Licence.void_reason.is_(None)).with_for_update()
    )


def number_licence(work: Work, licence: Licence) -> None:
    """Give the licence today's date, the number that this year has for it, and the end that follows from the date."""
    definition = package_of(work, licence.revision_id).definition
    agency = agency_by_code(work, licence.agency)
    today = work.clock.today()
    series = NumberSeries(licence.agency, definition.result.register, today.year)
    seq = reserve_number(work, series, str(licence.decision_id))
    licence.issued_on, licence.valid_until = today, expiry(today, definition.result.validity)
    licence.number = document_number(definition.result.symbol, seq, today.year, agency.symbol)
    work.session.flush()


def number_signed(work: Work, request: SigningRequest) -> dict[str, str] | None:
    """What the seal of this document fills in; None for a document whose number the official has signed.

    The first call numbers the licence, every later one finds what was given then, also on another day.
    """
    if request.purpose != PURPOSE:
        return None
    licence = licence_of_decision(work, UUID(request.subject))
    if licence is None or not is_numbered_after(work, licence):
        return None
    if licence.number is None:
        number_licence(work, licence)
    return blanks_filled(work, licence)


def number_on_record(work: Work, request: SigningRequest) -> str | None:
    """Number and symbol of the licence that a request is for, once it has them."""
    licence = licence_of_decision(work, UUID(request.subject)) if request.purpose == PURPOSE else None
    return licence.number if licence is not None else None


def blanks_filled(work: Work, licence: Licence) -> dict[str, str]:
    """The texts in the blanks of its sealed document: none where it has no blanks, or is not numbered yet."""
    if licence.number is None or licence.issued_on is None or not is_numbered_after(work, licence):
        return {}
    return printed(licence.number, licence.issued_on, licence.valid_until)


def is_numbered_after(work: Work, licence: Licence) -> bool:
    """Whether the procedure, as it was when the application was filed, has the clerk number the licence."""
    return package_of(work, licence.revision_id).definition.result.numbered_after
