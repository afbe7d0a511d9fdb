"""Calendars are data with a source for every day; a wrong one is refused, never half read."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from licensing.deadlines.calendars import FOLDER, calendar_named, calendar_of
from licensing.deadlines.errors import CalendarUnusable

RIGHT = """
name = "x"
years = [2026]
weekly_rest = ["saturday", "sunday"]
office_hours = [["08:00", "12:00"]]
off = [{days = ["2026-01-01"], name = "x", source = "x", verified = false}]
"""


WEEKDAYS_OFF = [
    *("01/01", "02/01", "16/02", "17/02", "18/02", "19/02", "20/02", "27/04", "30/04", "01/05"),
    *("31/08", "01/09", "02/09", "24/11"),
]


def test_2026_and_2027_are_listed_with_tet_swaps_and_the_day_of_culture() -> None:
    calendar = calendar_named("vn")
    assert calendar.years == {2026, 2027}
    off = [day for day in sorted(calendar.off) if day.year == 2026 and day.weekday() < 5]
    assert [f"{day:%d/%m}" for day in off] == WEEKDAYS_OFF
    assert {date(2026, 1, 10), date(2026, 8, 22)} == calendar.worked
    assert not calendar.is_worked(date(2027, 2, 8))


def test_every_day_says_where_it_is_from_and_whether_the_notice_was_read() -> None:
    said = tomllib.loads((FOLDER / "vn.toml").read_text(encoding="utf-8"))
    rows = [row for kind in ("off", "worked", "half") for row in said.get(kind, [])]
    assert len(rows) >= 14
    assert all(row["source"] and isinstance(row["verified"], bool) for row in rows)
    assert all(not row["verified"] for row in rows if "Estimate" in row["source"])


def test_the_right_one_is_read() -> None:
    assert calendar_of(tomllib.loads(RIGHT)).off == {date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('name = "x"\nyears', "years"),
        ("years", "jahre"),
        ("2026-01-01", "2025-01-01"),
        ("2026-01-01", "1 January"),
        ('"2026-01-01"', '"2026-01-01", "2026-01-01"'),
        (", verified = false", ""),
        ("saturday", "samedi"),
        ('["08:00", "12:00"]', '["12:00", "08:00"]'),
        ('[["08:00", "12:00"]]', "[]"),
        ("off =", "worked = [{days = ['2026-01-01'], name = '', source = '', verified = true}]\noff ="),
        ("[2026]", "[2026"),
    ],
)
def test_a_wrong_calendar_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    (tmp_path / "x.toml").write_text(RIGHT.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(CalendarUnusable):
        calendar_named("x", tmp_path)


def test_a_missing_calendar_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarUnusable):
        calendar_named("nowhere", tmp_path)
