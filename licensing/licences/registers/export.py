"""A register as files for the archive: CSV, and PDF/A with the CSV inside. In Vietnamese, as the law has its form."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.access import Actor
from config.sentences import later, say
from config.settings import Settings
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork, Work
from licensing.licences.registers.errors import RegisterTooLong
from licensing.licences.registers.queries import Register, Wanted, register_of
from licensing.licences.registers.rules import form_of_register, without_formula
from licensing.papers.layout import TRIAL
from licensing.papers.typesetting import template_folder

TEMPLATES = Path(__file__).parent / "typst"
LANGUAGE = "vi"
BOM = "\ufeff"  # spreadsheets then read Vietnamese as such
MOST_LINES = 3_000  # of one PDF: a typesetter that is slower than its time limit makes nothing
ALL = 1_000_000


@dataclass(frozen=True)
class Export:
    """A year as it stood at `at`: its register, and the lines of each column as text."""

    register: Register
    lines: list[list[str]]
    at: datetime

    @property
    def name(self) -> str:
        series = f"-{self.register.wanted.series}" if self.register.wanted.series else ""
        return f"so-dang-ky-{self.register.agency.symbol}-{self.register.year}{series}"


def whole_year(work: Work, code: str, year: int, series: str = "") -> Export:
    """Every number of the year, or of one series; raises as `register_of` does."""
    register = register_of(work, code, year, Wanted(series), size=ALL)
    columns = [column.id for column in form_of_register().columns]
    lines = []
    for line in register.lines:
        cells = line.cells(LANGUAGE)
        lines.append([cells[column] for column in columns])
    return Export(register, lines, work.clock.now())


def to_csv(export: Export) -> bytes:
    """UTF-8 with its mark, RFC 4180; nothing in it is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.heading.vi for column in form_of_register().columns])
    writer.writerows([[without_formula(cell) for cell in line] for line in export.lines])
    return (BOM + out.getvalue()).encode()


def export_csv(unit: UnitOfWork, actor: Actor, code: str, year: int, series: str = "") -> tuple[str, bytes]:
    """A name for the file, and the file."""
    with unit.begin(actor) as work:
        export = whole_year(work, code, year, series)
    return f"{export.name}.csv", to_csv(export)


def export_pdf(unit: UnitOfWork, actor: Actor, code: str, year: int, series: str = "") -> tuple[str, bytes]:
    """The same as PDF/A-3a and PDF/UA-1, typeset outside any transaction; raises RegisterTooLong."""
    with unit.begin(actor) as work:
        export = whole_year(work, code, year, series)
    if len(export.lines) > MOST_LINES:
        text = later("A PDF takes at most {count} numbers: choose one type, or take the CSV.")
        raise RegisterTooLong(say(text, count=MOST_LINES))
    settings = unit.tools[Settings]
    content = unit.tools[Typesetter].typeset(
        template_folder(settings.data_folder, TEMPLATES),
        "register.typ",
        pdf_data(export, settings),
        at=export.at.astimezone(UTC),
        files={"register.csv": to_csv(export)},
    )
    return f"{export.name}.pdf", content


def pdf_data(export: Export, settings: Settings) -> dict[str, Any]:
    """What the template is given; a table for each series, in its order."""
    register, form = export.register, form_of_register()
    tables = []
    for series in register.series:
        lines = [cells for line, cells in zip(register.lines, export.lines, strict=True) if line.series == series.name]
        if lines:
            tables.append({"series": series.label, "title": series.title.vi, "last": series.last, "lines": lines})
    agency = register.agency
    return {
        "agency": {"name": agency.name_vi, "superior": agency.superior_name or None, "place": agency.place_name},
        "year": register.year,
        "columns": [{"heading": column.heading.vi, "width": column.width} for column in form.columns],
        "tables": tables,
        "gapless": all(series.gapless for series in register.series),
        "source": form.source,
        "at": export.at.astimezone(settings.time_zone).isoformat(timespec="seconds"),
        "system": settings.site.name["vi"],
        "trial": TRIAL if settings.trial else None,
    }
