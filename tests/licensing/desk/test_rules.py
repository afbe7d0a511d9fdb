"""A time limit in words, counted in working days over rest and holidays."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from licensing.deadlines.working_days import Calendar
from licensing.desk.rules import Limit, soon, standing, working_days

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = Calendar("sample", frozenset({2026}), off=frozenset({date(2026, 2, 16), date(2026, 2, 17)}))
THURSDAY = datetime(2026, 2, 12, 10, tzinfo=ZONE)


def limit(day: date, ended: datetime | None = None) -> Limit:
    return Limit(day, datetime(day.year, day.month, day.day, 17, tzinfo=ZONE), ended)


@pytest.mark.parametrize(
    ("day", "words", "kind"),
    [
        (date(2026, 2, 12), "Due today", "amber"),
        (date(2026, 2, 13), "1 day left", "amber"),
        (date(2026, 2, 18), "2 days left", "amber"),  # over a weekend and two holidays
        (date(2026, 2, 19), "3 days left", "green"),
        (date(2026, 2, 11), "1 day overdue", "red"),
        (date(2026, 2, 6), "4 days overdue", "red"),
    ],
)
def test_it_is_counted_in_working_days(day: date, words: str, kind: str) -> None:
    found = standing(CALENDAR, limit(day), THURSDAY)
    assert (found.text, found.kind) == (words, kind)


def test_after_office_hours_the_day_is_over() -> None:
    assert standing(CALENDAR, limit(THURSDAY.date()), THURSDAY.replace(hour=18)).text == "Overdue since today"


def test_what_has_ended_or_not_begun_is_not_counted() -> None:
    late = THURSDAY.replace(day=20)
    assert standing(CALENDAR, None, THURSDAY).kind == "plain"
    assert standing(CALENDAR, limit(date(2026, 2, 13), THURSDAY), late).text == "Ended in time"
    assert standing(CALENDAR, limit(date(2026, 2, 13), late), late).text == "Ended late"


def test_a_year_without_a_list_of_holidays_is_counted_by_its_weeks() -> None:
    assert working_days(CALENDAR, date(2026, 12, 31), date(2027, 1, 4)) == 2
    assert soon(CALENDAR, date(2026, 12, 31)) == date(2027, 1, 2)
    assert soon(CALENDAR, date(2026, 2, 13)) == date(2026, 2, 19)
