"""A paper that was numbered with its seal is green only with the very number and days that its leaf has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.queries import paper_by_pdf
from registry.log.append import integrate
from registry.verification.by_document import verify_document
from registry.verification.result import Colour, Finding
from signing.pades.digest import seal_facts
from signing.pades.printed import day_in_words, printed
from tests.documents import a_numbered_document, work_off
from tests.registry.conftest import new_entry

FIRST, LAST = date(2026, 1, 1), date(2099, 1, 1)  # as the entries of these tests have them


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 1, 9), "ngày 09 tháng 01 năm 2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (date(2026, 3, 1), "ngày 01 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_are_written_as_the_layout_writes_them(day: date, written: str) -> None:
    assert day_in_words(day) == written


def test_a_paper_with_the_number_of_its_leaf_is_green(live_unit: UnitOfWork) -> None:
    sealed, number = entered(live_unit, "right", {})
    integrate(live_unit)
    result = verify_document(live_unit, sealed)
    assert (result.verdict, result.finding) == (Colour.GREEN, Finding.VALID), result.reasons
    assert result.licence is not None
    assert result.licence["number"] == number


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("number", {"Number": "999/2026/ATTP-SVD"}),
        ("date", {"Date": "ngày 02 tháng 01 năm 2026"}),
        ("expiry", {"Expiry": "ngày 01 tháng 01 năm 2999"}),
    ],
)
def test_another_number_or_day_than_the_registers_is_red(
    live_unit: UnitOfWork, name: str, changes: dict[str, str]
) -> None:
    """The signatures are good, and the leaf is of these very bytes: what they say is compared all the same."""
    sealed, _ = entered(live_unit, name, changes)
    integrate(live_unit)
    result = verify_document(live_unit, sealed)
    assert (result.verdict, result.finding) == (Colour.RED, Finding.NUMBER_DIFFERS)
    work_off(live_unit)
    with live_unit.begin(SYSTEM) as work:
        paper = paper_by_pdf(work, seal_facts(sealed).byte_range_digest)
    assert paper is not None


def entered(unit: UnitOfWork, owner_key: str, changes: dict[str, str]) -> tuple[bytes, str]:
    """A document that was sealed with a number, entered with it; `changes` is what its blanks say instead."""
    filled = printed("1/2026/ATTP-SVD", FIRST, LAST) | changes
    sealed = a_numbered_document(unit, owner_key, filled)
    new = replace(new_entry(unit, owner_key, sealed), number="1/2026/ATTP-SVD", agency=f"agency {owner_key}")
    assert (new.issued_on, new.valid_until) == (FIRST, LAST)
    with unit.begin(SYSTEM) as work:
        enter(work, new)
    return sealed, new.number
