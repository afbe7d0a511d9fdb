"""Reads of certified prints: the log of a licence, and one print for whoever made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from config.sentences import later
from config.unit_of_work import Work
from licensing.applications.queries import visible_application
from licensing.licences.models import Licence
from licensing.licences.prints.errors import PrintClosed, PrintNotYours
from licensing.licences.prints.models import PrintRecord
from registry.entries.models import Entry
from registry.prints.models import CertifiedPrint


@dataclass(frozen=True)
class LoggedPrint:
    """One line of the log of prints; `open` says that the caller may still have its paper."""

    id: UUID
    number: int
    printed_at: datetime
    sheets: int
    made_as: str
    name: str
    recipient: str
    reason: str
    mine: bool
    open: bool


def prints_of(work: Work, application_id: UUID) -> list[LoggedPrint]:
    """All prints of an application's licence, the newest first, for its applicant or the officials in charge.

    Its applicant is not told which official made a print, nor for whom.
    """
    application = visible_application(work, application_id)
    found = prints_on_record(work, application_id)
    if application.applicant_id != work.actor.id:
        return found
    return [item if item.mine else replace(item, name="", recipient="", reason="") for item in found]


def prints_on_record(work: Work, application_id: UUID) -> list[LoggedPrint]:
    """The same, for whoever has asked before whether the caller may see the application."""
    query = (
        sa.select(PrintRecord, CertifiedPrint)
        .join(CertifiedPrint, CertifiedPrint.id == PrintRecord.id)
        .where(PrintRecord.application_id == application_id)
        .order_by(CertifiedPrint.number.desc())
    )
    return [_logged(work, record, made) for record, made in work.session.execute(query)]


def logged_print(work: Work, record: PrintRecord) -> LoggedPrint:
    """One print as a line of the log."""
    return _logged(work, record, work.session.get_one(CertifiedPrint, record.id))


def _logged(work: Work, record: PrintRecord, made: CertifiedPrint) -> LoggedPrint:
    mine = record.account_id == work.actor.id
    return LoggedPrint(
        id=record.id,
        number=made.number,
        printed_at=made.printed_at,
        sheets=made.sheets,
        made_as=record.made_as,
        name=record.name,
        recipient=record.recipient,
        reason=record.reason,
        mine=mine,
        open=mine and _is_today(work, made),
    )


def _is_today(work: Work, made: CertifiedPrint) -> bool:
    return made.printed_at.astimezone(work.clock.zone).date() == work.clock.today()


@dataclass(frozen=True)
class PrintToFetch:
    """Everything that the paper of a print is typeset from."""

    record: PrintRecord
    made: CertifiedPrint
    licence: Licence
    entry: Entry


def print_to_fetch(work: Work, print_id: UUID) -> PrintToFetch:
    """A print of the caller's, on the day it was made; raises PrintNotYours, PrintClosed."""
    query = (
        sa.select(PrintRecord, CertifiedPrint, Licence, Entry)
        .join(CertifiedPrint, CertifiedPrint.id == PrintRecord.id)
        .join(Licence, Licence.id == PrintRecord.licence_id)
        .join(Entry, Entry.id == CertifiedPrint.entry_id)
        .where(PrintRecord.id == print_id, PrintRecord.account_id == work.actor.account_id)
    )
    row = work.session.execute(query).first()
    if row is None:
        raise PrintNotYours(later("There is no such print, or somebody else made it."))
    if not _is_today(work, row.CertifiedPrint):
        raise PrintClosed(later("The paper of a print can be had on the day it was made. Make another print."))
    return PrintToFetch(*row)


def print_counts(work: Work, licence_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many certified prints there are of each licence that has any."""
    query = (
        sa.select(PrintRecord.licence_id, sa.func.count())
        .where(PrintRecord.licence_id.in_(licence_ids))
        .group_by(PrintRecord.licence_id)
    )
    return {row[0]: row[1] for row in work.session.execute(query)}
