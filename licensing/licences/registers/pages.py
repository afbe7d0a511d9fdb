"""Number registers in a browser: an agency's year with filters and a chart, one number, the files for the archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request

from config.access import Actor, begin_work, current_actor, current_unit, requires
from config.languages import language
from config.pages import Pages, page_address
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import READ_APPLICATIONS, READ_REGISTERS
from licensing.applications.rules import unstorable
from licensing.licences.registers.errors import RegisterNotFound
from licensing.licences.registers.export import export_csv, export_pdf
from licensing.licences.registers.queries import (
    NO_REGISTER,
    Wanted,
    agencies_in_reach,
    agency_in_reach,
    one_number,
    register_of,
)
from licensing.licences.registers.rows import NOTHING
from licensing.licences.registers.rules import form_of_register
from licensing.licences.registers.signed import order_signed, ordered, signed_file
from signing.receipts.queries import ReceiptState

pages = Pages("registers", __name__)
ONE = "/desk/registers/<agency>/<int:year>"
WIDTH, ROW, LABEL, NUMBER = 340, 32, 64, 48  # of the chart, in CSS pixels: it is drawn at its own size, on a phone too
LONGEST_SERIES = 40
AGAIN = "2"  # seconds until the page about a file that is being signed asks again
Export = Callable[[UnitOfWork, Actor, str, int, str], tuple[str, bytes]]


@dataclass(frozen=True)
class Bar:
    """One month of the chart: where it stands and how long it is, in pixels."""

    month: int
    count: int
    y: int
    length: int


def bars(months: Sequence[int]) -> list[Bar]:
    """The months as bars, the largest as long as there is room; none where nothing is counted."""
    room, most = WIDTH - LABEL - NUMBER, max(*months, 1)
    return [Bar(place + 1, count, place * ROW, round(room * count / most)) for place, count in enumerate(months)]


@pages.get("/desk/registers")
@requires(READ_REGISTERS)
def register_home() -> Any:
    """On to this year's register of the caller's agency, the first of several."""
    with begin_work() as work:
        found, year = agencies_in_reach(work), work.clock.today().year
    if not found:
        raise RegisterNotFound(NO_REGISTER)
    return redirect(page_address("registers_pages.register", agency=found[0].code, year=year), 303)


@pages.get(ONE)
@requires(READ_REGISTERS)
def register(agency: str, year: int) -> str:
    """A page of an agency's year."""
    with begin_work() as work:
        found = register_of(work, agency, year, wanted())
        return render_template(
            "registers/register.html",
            found=found,
            form=form_of_register(),
            cells=[(line, line.cells(language())) for line in found.lines],
            others=[item for item in agencies_in_reach(work) if item.code != agency],
            nothing=NOTHING,
            bars=bars(found.months),
            chart={"width": WIDTH, "height": ROW * 12, "label": LABEL, "row": ROW},
            may_read=current_actor().may(READ_APPLICATIONS, agency),
        )


@pages.get(f"{ONE}/<series>/<int:seq>")
@requires(READ_REGISTERS)
def number(agency: str, year: int, series: str, seq: int) -> str:
    """One number: every column, and where its document is."""
    with begin_work() as work:
        found, line = one_number(work, agency, year, series, seq)
        return render_template(
            "registers/number.html",
            agency=found,
            line=line,
            form=form_of_register(),
            cells=line.cells(language()),
            may_read=current_actor().may(READ_APPLICATIONS, agency),
        )


@pages.get(f"{ONE}/register.csv")
@requires(READ_REGISTERS)
def csv_file(agency: str, year: int) -> Response:
    """The year as CSV."""
    return _file(export_csv, agency, year, "text/csv; charset=utf-8")


@pages.get(f"{ONE}/register.pdf")
@requires(READ_REGISTERS)
def pdf_file(agency: str, year: int) -> Response:
    """The year as PDF/A."""
    return _file(export_pdf, agency, year, "application/pdf")


@pages.post(f"{ONE}/signed")
@requires(READ_REGISTERS)
def order(agency: str, year: int) -> Any:
    """Have the year made as PDF/A and signed by the service; the page that follows tells how far that is."""
    made = order_signed(current_unit(), current_actor(), agency, year, chosen_series())
    return redirect(page_address("registers_pages.progress", agency=agency, year=year, receipt_id=made), 303)


@pages.get(f"{ONE}/signed/<uuid:receipt_id>")
@requires(READ_REGISTERS)
def progress(agency: str, year: int, receipt_id: UUID) -> Response:
    """Whether such a file is signed; asks again by itself until it is."""
    with begin_work() as work:
        filed, found = ordered(work, agency, year, receipt_id), agency_in_reach(work, agency)
        page = render_template("registers/signed.html", filed=filed, agency=found, year=year)
    response = make_response(page)
    if filed.state is ReceiptState.FILED:
        response.headers["Refresh"] = AGAIN
    return response


@pages.get(f"{ONE}/signed/<uuid:receipt_id>/register.pdf")
@requires(READ_REGISTERS)
def signed_pdf(agency: str, year: int, receipt_id: UUID) -> Response:
    """The signed file."""
    with begin_work() as work:
        name, content = signed_file(work, agency, year, receipt_id)
    return Response(content, headers=file_headers(name, "application/pdf"))


def wanted() -> Wanted:
    """Which part of the year the address asks for."""
    words = " ".join(request.args.get("q", "").split())[:100]
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return Wanted(chosen_series(), "" if unstorable(words) else words, max(1, number))


def chosen_series() -> str:
    """The type that the address asks for; none is all of them."""
    series = request.args.get("type", "")[:LONGEST_SERIES]
    return "" if unstorable(series) else series


def _file(export: Export, agency: str, year: int, media_type: str) -> Response:
    name, content = export(current_unit(), current_actor(), agency, year, chosen_series())
    return Response(content, headers=file_headers(name, media_type))


def file_headers(name: str, media_type: str) -> dict[str, str]:
    """A file of ours to be saved; its name is plain by construction but for the type's."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "_" for sign in name)
    return {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{plain}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
