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
from licensing.papers.blanks import fixed_texts
from registry.entries.numbering import NumberSeries, reserve_number
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


def take_number_back(licence: Licence) -> None:
    """What the clerk numbered was withdrawn because the official's key was lost: its next document has blanks again.

    The number stays reserved for this licence; the day will be that of the next order.
    """
    licence.number = licence.issued_on = licence.valid_until = None


def number_signed(work: Work, request: SigningRequest) -> dict[str, str] | None:
    """What the seal of a licence fills in; None for other documents, and where the official has signed the number."""
    if request.purpose != PURPOSE:
        return None
    licence = licence_of_decision(work, UUID(request.subject))
    if licence is None or not is_numbered_after(work, licence):
        return None
    return fixed_texts(work, request.id, licence, lambda: number_licence(work, licence))


def number_on_record(work: Work, request: SigningRequest) -> str | None:
    """Number and symbol of the licence that a request is for, once it has them."""
    licence = licence_of_decision(work, UUID(request.subject)) if request.purpose == PURPOSE else None
    return licence.number if licence is not None else None


def is_numbered_after(work: Work, licence: Licence) -> bool:
    """Whether the procedure, as it was when the application was filed, has the clerk number the licence."""
    return package_of(work, licence.revision_id).definition.result.numbered_after
