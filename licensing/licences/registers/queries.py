"""Reads of number registers: an agency's year with its series, a page of its numbers, one number, a whole year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from config.sentences import later
from config.unit_of_work import Work
from licensing.accounts.models import Agency
from licensing.accounts.queries import agencies
from licensing.accounts.roles import READ_REGISTERS
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Text
from licensing.licences.registers.errors import NumberNotFound, RegisterNotFound
from licensing.licences.registers.numbers import LICENCE, PAPER, numbers_of, years_of
from licensing.licences.registers.rows import Line, label_of, line_of, title_of
from licensing.papers.numbering import PaperCounter
from registry.entries.models import NumberCounter, Reserved

PAGE = 50
LARGEST = 2**31 - 1  # of the columns
SHORT_NUMBER = re.compile(r"[1-9][0-9]{0,4}")  # somebody means the number itself, not a part of a code
NO_NUMBER = later("The register has no such number.")
NO_REGISTER = later("There is no such number register, or it is another agency's.")


@dataclass(frozen=True)
class Series:
    """One type of a year: how many numbers it has, and what became of them. `last` is where the counter stands."""

    name: str
    label: str
    title: Text
    count: int
    used: int
    reserved: int
    void: int
    highest: int
    last: int

    @property
    def gapless(self) -> bool:
        """Every number from 1 to the last is there."""
        return self.count == self.highest == self.last


@dataclass(frozen=True)
class Wanted:
    """Which part of a year: one series (empty: all), words to search for, a page counted from 1."""

    series: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class Register:
    """An agency's year. `months` are counts of January to December, of the wanted series."""

    agency: Agency
    year: int
    years: Sequence[int]
    series: Sequence[Series]
    months: Sequence[int]
    lines: Sequence[Line]
    total: int
    wanted: Wanted

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def agencies_in_reach(work: Work) -> list[Agency]:
    """Those whose registers the caller may read."""
    return [agency for agency in agencies(work) if work.actor.may(READ_REGISTERS, agency.code)]


def agency_in_reach(work: Work, code: str) -> Agency:
    """One of them; raises RegisterNotFound, also for an agency of which the caller may not learn."""
    agency = work.session.get(Agency, code) if "\0" not in code else None
    if agency is None or not work.actor.may(READ_REGISTERS, agency.code):
        raise RegisterNotFound(NO_REGISTER)
    return agency


def years(work: Work, agency: Agency) -> list[int]:
    """The years that have a register, the newest first; this year has one before its first number."""
    rows = work.session.execute(years_of(agency.code)).scalars()
    known: set[Any] = {work.clock.today().year, *rows}
    return sorted(known, reverse=True)


def register_of(work: Work, code: str, year: int, wanted: Wanted, size: int = PAGE) -> Register:
    """A page of a year; raises RegisterNotFound for another agency, an unknown year or an unknown series."""
    agency = agency_in_reach(work, code)
    known = years(work, agency)
    if year not in known:
        raise RegisterNotFound(NO_REGISTER)
    numbers = numbers_of(agency.code, year, work.clock.zone)
    series = _series(work, agency, year, numbers)
    if wanted.series and wanted.series not in [item.name for item in series]:
        raise RegisterNotFound(NO_REGISTER)
    chosen = _chosen(numbers, wanted)
    total = work.session.scalars(sa.select(sa.func.count()).select_from(numbers).where(*chosen)).one()
    page = min(wanted.page, max(1, -(-total // size)))
    query = sa.select(numbers).where(*chosen).order_by(numbers.c.source, numbers.c.series, numbers.c.seq)
    rows = work.session.execute(query.limit(size).offset((page - 1) * size))
    return Register(
        agency=agency,
        year=year,
        years=known,
        series=series,
        months=_months(work, numbers, wanted.series),
        lines=[line_of(work, agency, row) for row in rows],
        total=total,
        wanted=Wanted(wanted.series, wanted.words, page),
    )


def one_number(work: Work, code: str, year: int, series: str, seq: int) -> tuple[Agency, Line]:
    """One number with its agency; raises RegisterNotFound, NumberNotFound."""
    agency = agency_in_reach(work, code)
    if "\0" in series or max(year, seq) > LARGEST:
        raise NumberNotFound(NO_NUMBER)
    numbers = numbers_of(agency.code, year, work.clock.zone)
    query = sa.select(numbers).where(numbers.c.series == series, numbers.c.seq == seq)
    if row := work.session.execute(query).first():
        return agency, line_of(work, agency, row)
    raise NumberNotFound(NO_NUMBER)


def _chosen(numbers: sa.Subquery, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.series:
        found.append(numbers.c.series == wanted.series)
    if SHORT_NUMBER.fullmatch(wanted.words):
        found.append(numbers.c.seq == int(wanted.words))
    elif wanted.words:
        plain = wanted.words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        columns = (numbers.c.printed, numbers.c.reference, numbers.c.holder, numbers.c.signer, numbers.c.register_code)
        text = sa.func.folded(sa.func.concat_ws(" ", *columns))
        found.append(text.like(sa.literal("%") + sa.func.folded(plain) + "%"))
    return found


def _series(work: Work, agency: Agency, year: int, numbers: sa.Subquery) -> list[Series]:
    def counted(state: Reserved) -> sa.ColumnElement[int]:
        return sa.func.count().filter(numbers.c.state == state)

    kind = (numbers.c.source, numbers.c.series)
    query = sa.select(
        *kind,
        sa.func.count().label("numbers"),
        counted(Reserved.USED).label("used"),
        counted(Reserved.RESERVED).label("reserved"),
        counted(Reserved.VOID).label("void"),
        sa.func.max(numbers.c.seq).label("highest"),
        sa.func.max(sa.cast(numbers.c.revision_id, sa.String)).label("revision_id"),
    )
    last = _counters(work, agency, year)
    return [
        Series(
            name=row.series,
            label=label_of(row.source, row.series),
            title=_title(work, row),
            count=row.numbers,
            used=row.used,
            reserved=row.reserved,
            void=row.void,
            highest=row.highest,
            last=last.get((row.source, row.series), 0),
        )
        for row in work.session.execute(query.group_by(*kind).order_by(*kind))
    ]


def _title(work: Work, row: Any) -> Text:
    result = package_of(work, UUID(row.revision_id)).definition.result if row.revision_id else None
    return title_of(row.source, row.series, result)


def _counters(work: Work, agency: Agency, year: int) -> dict[tuple[str, str], int]:
    """The last number of each series, as its counter has it: what a deleted line would not agree with."""
    found: dict[tuple[str, str], int] = {}
    for source, table, series in (
        (LICENCE, NumberCounter, NumberCounter.register),
        (PAPER, PaperCounter, PaperCounter.kind),
    ):
        query = sa.select(series, table.last).where(table.agency == agency.code, table.year == year)
        found |= {(source, row[0]): row[1] for row in work.session.execute(query)}
    return found


def _months(work: Work, numbers: sa.Subquery, series: str) -> list[int]:
    month = sa.cast(sa.func.date_part("month", numbers.c.day), sa.Integer)
    query = sa.select(month, sa.func.count()).group_by(month)
    if series:
        query = query.where(numbers.c.series == series)
    counts = {row[0]: row[1] for row in work.session.execute(query)}
    return [counts.get(number, 0) for number in range(1, 13)]
