"""A number as its line in the book: every column of the form as text, in the language asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from config.languages import translated
from config.sentences import later, say
from config.unit_of_work import Work
from licensing.accounts.models import Agency
from licensing.catalogue.package import Result
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Text
from licensing.licences.layout import document_number
from licensing.licences.registers.numbers import PAPER
from licensing.licences.registers.rules import PAPER_KINDS, received_and_kept
from licensing.papers.numbering import SYMBOLS
from registry.entries.models import Reserved

NOTHING = "–"
FILED_UNDER = later("application {reference}")
STATES: Mapping[str, str] = {
    Reserved.USED: later("in use"),
    Reserved.RESERVED: later("reserved, not given out yet"),
    Reserved.VOID: later("void"),
}
ONE_COPY = later("1 electronic")
WITH_PRINTS = later("1 electronic, {count} certified prints")


@dataclass(frozen=True)
class Line:
    """One number. `title` is the kind of its document; what is missing is empty."""

    source: str
    series: str
    year: int
    seq: int
    state: str
    void_reason: str
    number: str
    day: date
    title: Text
    label: str
    reference: str
    signer: str
    recipients: str
    kept_by: str
    prints: int
    application_id: UUID | None
    register_code: str | None
    paper_id: UUID | None

    def cells(self, language: str) -> dict[str, str]:
        """Every column by its id."""
        void = self.state == Reserved.VOID
        return {
            "number": self.number,
            "day": f"{self.day:%d/%m/%Y}",
            "abstract": self.abstract(language),
            "signer": self.signer or NOTHING,
            "recipients": (self.recipients or NOTHING) if not void else NOTHING,
            "kept_by": self.kept_by if not void else NOTHING,
            "copies": self.copies(language),
            "note": self.note(language),
        }

    def abstract(self, language: str) -> str:
        """Kind of document, and of which application."""
        title = self.title.en if language == "en" else self.title.vi
        about = translated(say(FILED_UNDER, reference=self.reference), language) if self.reference else ""
        return ", ".join(filter(None, [title, about])) or NOTHING

    def copies(self, language: str) -> str:
        """The electronic original, and the certified prints that were made of it."""
        if self.state != Reserved.USED:
            return NOTHING
        return translated(say(WITH_PRINTS, count=self.prints) if self.prints else ONE_COPY, language)

    def note(self, language: str) -> str:
        """What became of the number, where it does not stand on a document that was given out."""
        if self.state == Reserved.USED:
            return ""
        parts = [translated(STATES[self.state], language), translated(self.void_reason, language)]
        return ": ".join(filter(None, parts))


def line_of(work: Work, agency: Agency, row: Any) -> Line:
    """The line of one row of `numbers_of`."""
    result = package_of(work, row.revision_id).definition.result if row.revision_id else None
    recipients, kept_by = received_and_kept(row.holder or "", _recipients(row, result))
    return Line(
        source=row.source,
        series=row.series,
        year=row.year,
        seq=row.seq,
        state=row.state,
        void_reason=row.void_reason or "",
        number=row.printed or _number(row, result, agency),
        day=row.day,
        title=title_of(row.source, row.series, result),
        label=label_of(row.source, row.series),
        reference=row.reference or "",
        signer=row.signer or "",
        recipients=recipients,
        kept_by=kept_by,
        prints=row.prints,
        application_id=row.application_id,
        register_code=row.register_code,
        paper_id=row.paper_id,
    )


def title_of(source: str, series: str, result: Result | None) -> Text:
    """The kind of document that a series numbers."""
    if source == PAPER:
        return PAPER_KINDS.get(series, Text(series, series))
    return result.title if result else Text("", "")


def label_of(source: str, series: str) -> str:
    """How people call a series: by the letters that stand in its numbers."""
    return SYMBOLS.get(series, series) if source == PAPER else series


def _recipients(row: Any, result: Result | None) -> list[str]:
    return [item.vi for item in result.recipients] if result and row.source != PAPER else []


def _number(row: Any, result: Result | None, agency: Agency) -> str:
    """A void number as it would have been printed: nobody else keeps it in words."""
    if result is None:
        return f"{row.seq}/{row.series}"
    return document_number(result.symbol, row.seq, row.year, agency.symbol)
