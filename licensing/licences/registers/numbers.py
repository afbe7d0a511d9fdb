"""All numbers of an agency's year in one query: those of licences, given by the register, and those of papers.

What is read here are the reservations alone, whenever they are made: before the signature or at the clerk's seal.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from licensing.accounts.models import Account, Organisation
from licensing.applications.models import Application
from licensing.licences.models import Licence
from licensing.licences.prints.models import PrintRecord
from licensing.papers.models import OfficialPaper
from registry.entries.models import NumberReservation, Reserved
from signing.requests.models import SigningRequest

LICENCE, PAPER = "licence", "paper"


def numbers_of(agency: str, year: int, zone: ZoneInfo) -> sa.Subquery:
    """One row for each number of the year, with what its line in the book is made of."""
    given = sa.union_all(_licences(agency, year, zone), _papers(agency, year)).subquery("given")
    holder = sa.func.coalesce(Organisation.name, Account.name)
    return (
        sa.select(
            given,
            Application.reference,
            Application.revision_id,
            holder.label("holder"),
            SigningRequest.signatory_name.label("signer"),
            _prints(given.c.licence_id).label("prints"),
        )
        .outerjoin(Application, Application.id == given.c.application_id)
        .outerjoin(Account, Account.id == Application.applicant_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(SigningRequest, SigningRequest.id == given.c.request_id)
        .subquery("numbers")
    )


def _licences(agency: str, year: int, zone: ZoneInfo) -> sa.Select[tuple[object, ...]]:
    newest = (
        sa.select(Licence)
        .where(Licence.agency == agency)
        .ext(distinct_on(Licence.decision_id))
        .order_by(Licence.decision_id, Licence.reserved_at.desc())
        .subquery("newest")
    )
    reserved_on = sa.cast(sa.func.timezone(str(zone), NumberReservation.reserved_at), sa.Date)
    living = NumberReservation.state != Reserved.VOID
    return (
        sa.select(
            sa.literal(LICENCE).label("source"),
            NumberReservation.register.label("series"),
            NumberReservation.year,
            NumberReservation.seq,
            NumberReservation.state,
            NumberReservation.void_reason,
            sa.case((living, sa.func.coalesce(newest.c.issued_on, reserved_on)), else_=reserved_on).label("day"),
            sa.case((living, newest.c.number), else_=None).label("printed"),
            newest.c.application_id,
            newest.c.request_id,
            sa.case((newest.c.entry_id.is_not(None), newest.c.register_code), else_=None).label("register_code"),
            sa.case((living, newest.c.id), else_=None).label("licence_id"),
            sa.cast(sa.null(), sa.Uuid).label("paper_id"),
        )
        .select_from(NumberReservation)
        .outerjoin(newest, sa.cast(newest.c.decision_id, sa.String) == NumberReservation.owner_key)
        .where(NumberReservation.agency == agency, NumberReservation.year == year)
    )


def _papers(agency: str, year: int) -> sa.Select[tuple[object, ...]]:
    given_out = OfficialPaper.file_sha256.is_not(None)
    return sa.select(
        sa.literal(PAPER).label("source"),
        OfficialPaper.kind.label("series"),
        OfficialPaper.year,
        OfficialPaper.seq,
        sa.case(
            (OfficialPaper.void_reason.is_not(None), Reserved.VOID), (given_out, Reserved.USED), else_=Reserved.RESERVED
        ).label("state"),
        OfficialPaper.void_reason,
        OfficialPaper.issued_on.label("day"),
        OfficialPaper.number.label("printed"),
        OfficialPaper.application_id,
        OfficialPaper.request_id,
        sa.cast(sa.null(), sa.String).label("register_code"),
        sa.cast(sa.null(), sa.Uuid).label("licence_id"),
        sa.case((given_out, OfficialPaper.id), else_=None).label("paper_id"),
    ).where(OfficialPaper.agency == agency, OfficialPaper.year == year)


def _prints(licence_id: sa.ColumnElement[object]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(PrintRecord.licence_id == licence_id)
        .correlate_except(PrintRecord)
        .scalar_subquery()
    )


def years_of(agency: str) -> sa.CompoundSelect[tuple[int]]:
    """The years in which the agency gave numbers."""
    return sa.union(
        sa.select(NumberReservation.year).where(NumberReservation.agency == agency),
        sa.select(OfficialPaper.year).where(OfficialPaper.agency == agency, OfficialPaper.year.is_not(None)),
    )
