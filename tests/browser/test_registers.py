"""Number registers in a browser: the year with its filters and chart, one number, the files, and who may see them."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import psycopg
import pytest

from config.clock import SystemClock
from config.postgres import OWNER
from licensing.demonstration.cast import AGENCY
from licensing.demonstration.walk import Outcome
from signing.pades.levels import Level, level_of
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor
from tests.processes import wait_for

Visit = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
YEAR = SystemClock(ZoneInfo("Asia/Ho_Chi_Minh")).today().year
PAGE = f"/desk/registers/{AGENCY.code}/{YEAR}"
OTHER = "000.00.77.H99"
ANOTHER = json.dumps({"code": OTHER, "seal_key": "seal-other"})
VOID = {"vi": "Quyết định đã bị hủy.", "en": "The decision was set aside."}


def as_owner(house: House, *statements: str) -> None:
    """Rows as they will stand one day."""
    with psycopg.connect(f"host={house.folder}/postgres/run user={OWNER} dbname=antin") as owner:
        for statement in statements:
            owner.execute(statement.encode())


@pytest.fixture(scope="module")
def book(house: House, licence: Outcome) -> Iterator[House]:
    """A void number and sixty of another type besides those of the licences; and an agency of somebody else's."""
    columns = "agency, register, year, seq, owner_key, state, void_reason, reserved_at"
    as_owner(
        house,
        f"INSERT INTO number_reservations ({columns}) SELECT '{AGENCY.code}', 'VOID', {YEAR}, 1, 'test', 'void', "
        "'The decision was set aside.', now()",
        f"INSERT INTO number_reservations ({columns}) SELECT '{AGENCY.code}', 'MANY', {YEAR}, n, 'test ' || n, "
        "'reserved', NULL, now() FROM generate_series(1, 60) n",
        f"INSERT INTO number_counters SELECT '{AGENCY.code}', 'VOID', {YEAR}, 1",
        f"INSERT INTO number_counters SELECT '{AGENCY.code}', 'MANY', {YEAR}, 60",
        f"INSERT INTO agencies SELECT (jsonb_populate_record(agencies, '{ANOTHER}')).* FROM agencies "
        f"WHERE code = '{AGENCY.code}'",
    )
    yield house
    as_owner(
        house,
        "DELETE FROM number_reservations WHERE owner_key LIKE 'test%'",
        "DELETE FROM number_counters WHERE register IN ('VOID', 'MANY')",
        f"DELETE FROM agencies WHERE code = '{OTHER}'",
    )


@SCREENS
def test_the_clerk_reads_the_book_of_the_year(
    visit: Visit, book: House, licence: Outcome, width: int, language: str
) -> None:
    clerk = visit(width=width, language=language, login="vanthu")
    clerk.open("/desk/registers")
    assert clerk.page.url.endswith(PAGE)
    assert clerk.page.locator("svg.months rect").count() == 12
    assert licence.document_number in clerk.text()
    clerk.open(f"{PAGE}?type=VOID")
    assert VOID[language] in clerk.text()
    assert clerk.page.locator(".register__void").count() == 1
    clerk.open(f"{PAGE}?type=MANY")
    assert clerk.page.locator(".register tbody tr").count() == 50
    shown = clerk.page.locator(".register tbody tr").first.locator("td:visible")
    assert shown.count() == (3 if width == 390 else 8)  # a card has what is known of the number: day, whose file, note
    clerk.page.click("nav.pager a[rel=next]")
    clerk.look()
    assert clerk.page.locator(".register tbody tr").count() == 10
    clerk.page.fill("[name=q]", licence.register_code)
    clerk.page.select_option("[name=type]", "")
    clerk.page.click("form.register-choice button")
    clerk.look()
    clerk.page.click(f".register th a:text-is('{licence.document_number}')")
    clerk.look()
    assert clerk.page.locator(f"dl a[href$='/l/{licence.register_code}']").count() == 1
    clerk.open(f"{PAGE}?q=khong-co-gi")
    assert clerk.page.locator(".register").count() == 0


def test_a_card_of_a_void_number_is_red_as_a_whole_and_all_labels_stand_left(visit: Visit, book: House) -> None:
    clerk = visit(width=390, login="vanthu")
    clerk.open(f"{PAGE}?type=VOID")
    colours = clerk.page.locator(".register__void").evaluate(
        "row => [row, ...row.cells].map(part => getComputedStyle(part).backgroundColor)"
    )
    assert colours[0] != "rgba(0, 0, 0, 0)" and set(colours[1:]) == {"rgba(0, 0, 0, 0)"}
    sides = "cells => cells.map(cell => getComputedStyle(cell).textAlign)"
    assert set(clerk.page.locator(".table--cards [data-label]").evaluate_all(sides)) == {"left"}


def test_years_are_offered_where_there_is_another(visit: Visit, book: House) -> None:
    clerk = visit(login="vanthu")
    clerk.open(PAGE)
    assert clerk.page.locator(".register-years").count() == 0
    columns = "agency, register, year, seq, owner_key, state, reserved_at"
    values = f"'{AGENCY.code}', 'VOID', {YEAR - 1}, 1, 'test earlier', 'reserved', now()"
    as_owner(book, f"INSERT INTO number_reservations ({columns}) VALUES ({values})")
    try:
        clerk.open(PAGE)
        assert clerk.page.locator(".register-years a").all_inner_texts() == [str(YEAR), str(YEAR - 1)]
    finally:
        as_owner(book, "DELETE FROM number_reservations WHERE owner_key = 'test earlier'")


@LANGUAGES
def test_a_gap_is_shown_in_red(visit: Visit, book: House, language: str) -> None:
    as_owner(book, "UPDATE number_counters SET last = 61 WHERE register = 'MANY'")
    try:
        clerk = visit(language=language, login="vanthu")
        clerk.open(PAGE)
        assert clerk.page.locator(".notice--error").count() == 1
    finally:
        as_owner(book, "UPDATE number_counters SET last = 60 WHERE register = 'MANY'")


def test_files_for_the_archive(visit: Visit, book: House, licence: Outcome) -> None:
    clerk = visit(scripts=False, login="vanthu")
    clerk.open(PAGE)
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("pdf", b"%PDF-1.")):
        with clerk.page.expect_download() as saved:
            clerk.page.click(f"a[href*='register.{kind}']")
        assert saved.value.suggested_filename == f"so-dang-ky-{AGENCY.symbol}-{YEAR}.{kind}"
        assert saved.value.path().read_bytes().startswith(begins)


@LANGUAGES
def test_a_signed_file_is_made_on_request_and_handed_out_once_it_is_signed(
    visit: Visit, book: House, licence: Outcome, language: str
) -> None:
    clerk = visit(scripts=False, language=language, login="vanthu")
    clerk.open(PAGE)
    clerk.page.click("form[action*='/signed'] button")
    download = clerk.page.locator("a[href$='register.pdf'].button")
    wait_for(download.is_visible)
    clerk.look()
    with clerk.page.expect_download() as saved:
        download.click()
    content = saved.value.path().read_bytes()
    assert saved.value.suggested_filename == f"so-dang-ky-{AGENCY.symbol}-{YEAR}.pdf"
    assert level_of(content) is Level.B_LTA


def test_on_paper_the_book_is_all_that_is_there(visit: Visit, book: House) -> None:
    clerk = visit(login="vanthu")
    clerk.open(PAGE)
    clerk.page.emulate_media(media="print")
    assert not clerk.page.locator("form.register-choice").is_visible()
    assert clerk.page.locator(".register tbody tr").first.is_visible()
    printed = clerk.page.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("ANTIN_PICTURES"):
        (Path(folder) / "register-on-paper.pdf").write_bytes(printed)
    with pikepdf.open(io.BytesIO(printed)) as paper:
        _, _, width, height = (float(edge) for edge in paper.pages[0].mediabox)
    assert width > height


@pytest.mark.parametrize("login", ["vanthu", "truongphong", "lanhdao", "quantri"])
def test_those_in_charge_have_it_in_their_menu(visit: Visit, book: House, login: str) -> None:
    reader = visit(login=login)
    reader.open("/desk/registers")
    assert reader.page.locator("nav a[href$='/desk/registers']").count() >= 1


def test_others_and_other_agencies_are_refused(visit: Visit, book: House) -> None:
    for login in ("tiepnhan", "thamdinh", "doanhnghiep@vidu.example"):
        visit(login=login).open(PAGE, expect=403)
    clerk = visit(login="vanthu")
    for path in (
        f"/desk/registers/{OTHER}/{YEAR}",
        f"/desk/registers/{OTHER}/{YEAR}/ATTP/1",
        f"/desk/registers/{AGENCY.code}/{YEAR - 7}",
        f"{PAGE}/ATTP/99999",
        f"{PAGE}?type=NOTHING",
        f"{PAGE}/register.csv?type=NOTHING",
    ):
        clerk.open(path, expect=404)


def test_an_agency_without_numbers_has_an_empty_book(visit: Visit, book: House) -> None:
    administrator = visit(login="quantri")
    administrator.open(f"/desk/registers/{OTHER}/{YEAR}")
    assert administrator.page.locator(".panel--soft").count() == 1
