"""Working days come out as the law and the notices of 2026 say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.catalogue.package import TimeLimit
from licensing.catalogue.terms import Provision, Unit
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.errors import YearNotInCalendar
from licensing.deadlines.rules import due
from licensing.deadlines.working_days import (
    Calendar,
    day_of_receipt,
    due_after_calendar_days,
    due_after_hours,
    due_after_working_days,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
VN = calendar_named("vn")
THREE = time(15, 0)
NOWHERE = Provision("law", "art. 1", "test", verified=False)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def due_day(received: str, days: str, cutoff: time | None = THREE) -> date:
    limit = TimeLimit(Decimal(days), Unit.WORKING_DAY, NOWHERE)
    return due(VN, limit, at(received), cutoff).date()


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2026-02-12 10:00", "10", "2026-03-05"),  # over Tết
        ("2026-02-12 15:30", "10", "2026-03-06"),  # after the cut-off
        ("2026-08-21 09:00", "3", "2026-08-25"),  # Saturday 22 August is worked
        ("2026-08-26 09:00", "5", "2026-09-07"),  # 31 August is off in exchange
        ("2026-11-20 09:00", "5", "2026-11-30"),  # 24 November is off
        ("2026-12-02 09:00", "5", "2026-12-09"),  # the same again, from the day on which the last document came
        ("2026-04-24 09:00", "10", "2026-05-13"),  # compensatory day, 30 April, 1 May
    ],
)
def test_the_known_dates_come_out(received: str, days: str, expected: str) -> None:
    assert due_day(received, days) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("received", "counts_as"),
    [
        ("2026-02-12 15:00", "2026-02-12"),  # at the cut-off is not after it
        ("2026-02-12 15:00:01", "2026-02-13"),
        ("2026-02-13 15:01", "2026-02-23"),  # the next working day is after Tết
        ("2026-02-14 09:00", "2026-02-23"),  # Saturday
        ("2026-08-22 09:00", "2026-08-22"),  # a Saturday that is worked
        ("2026-08-31 09:00", "2026-09-03"),
    ],
)
def test_late_in_the_day_or_on_a_day_off_counts_as_the_next_working_day(received: str, counts_as: str) -> None:
    assert day_of_receipt(VN, at(received), THREE) == date.fromisoformat(counts_as)


def test_without_a_cut_off_the_whole_day_counts() -> None:
    assert due_day("2026-02-12 23:59", "1", None) == date(2026, 2, 13)


def test_the_procedure_has_its_own_cut_off_before_the_agency() -> None:
    limit = TimeLimit(Decimal(1), Unit.WORKING_DAY, NOWHERE, cutoff=time(17, 0))
    assert due(VN, limit, at("2026-02-12 16:00"), THREE).date() == date(2026, 2, 13)


def test_half_a_day_is_done_on_the_next_working_day_and_half_days_count_half() -> None:
    assert due_day("2026-03-02 09:00", "0.5") == date(2026, 3, 3)
    saturdays = Calendar("half", frozenset({2026}), half=frozenset({date(2026, 3, 7)}))
    friday = date(2026, 3, 6)
    assert due_after_working_days(saturdays, friday, Decimal("0.5")) == date(2026, 3, 7)
    assert due_after_working_days(saturdays, friday, Decimal(1)) == date(2026, 3, 9)
    assert due_after_working_days(saturdays, friday, Decimal("1.5")) == date(2026, 3, 9)


def test_calendar_days_end_on_the_next_working_day() -> None:
    assert due_after_calendar_days(VN, date(2026, 3, 2), 4) == date(2026, 3, 6)
    assert due_after_calendar_days(VN, date(2026, 3, 2), 5) == date(2026, 3, 9)


def test_months_and_years_keep_their_day_or_end_with_the_month() -> None:
    def last(received: str, value: int, unit: Unit) -> date:
        return due(VN, TimeLimit(Decimal(value), unit, NOWHERE), at(received), None).date()

    assert last("2026-01-30 09:00", 1, Unit.MONTH) == date(2026, 3, 2)  # 28 February is a Saturday
    assert last("2026-03-10 09:00", 1, Unit.YEAR) == date(2027, 3, 10)
    assert last("2026-03-10 09:00", 30, Unit.CALENDAR_DAY) == date(2026, 4, 9)


def test_hours_are_office_hours() -> None:
    def until(received: str, hours: str) -> datetime:
        return due_after_hours(VN, at(received), Decimal(hours))

    assert until("2026-03-02 08:00", "4") == at("2026-03-02 12:00")
    assert until("2026-03-02 11:00", "2") == at("2026-03-02 14:30")
    assert until("2026-03-06 16:30", "1") == at("2026-03-09 08:30")
    assert until("2026-03-07 10:00", "7.5") == at("2026-03-09 17:00")
    limit = TimeLimit(Decimal(2), Unit.HOUR, NOWHERE)
    assert due(VN, limit, at("2026-03-02 15:30"), THREE) == at("2026-03-03 10:00")


def test_a_time_limit_of_days_ends_when_the_office_closes() -> None:
    assert due(VN, TimeLimit(Decimal(1), Unit.WORKING_DAY, NOWHERE), at("2026-03-02 09:00"), THREE) == at(
        "2026-03-03 17:00"
    )


def test_the_day_of_acceptance_is_that_of_the_installation_not_of_the_clock_in_utc() -> None:
    late_in_utc = datetime.fromisoformat("2026-03-02T23:30:00+00:00").astimezone(HANOI)  # 06:30 on the 3rd in Hanoi
    assert due(VN, TimeLimit(Decimal(1), Unit.WORKING_DAY, NOWHERE), late_in_utc, THREE).date() == date(2026, 3, 4)


def test_a_year_without_a_list_of_holidays_is_refused_not_guessed() -> None:
    with pytest.raises(YearNotInCalendar, match="2028"):
        due_day("2027-12-30 09:00", "5")


INSTANTS = st.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-06-01"), timezones=st.just(HANOI)
)
COUNTS = st.integers(1, 200).map(lambda quarters: Decimal(quarters) / 4)


@given(INSTANTS, COUNTS)
def test_a_due_date_is_never_a_day_off_and_never_the_day_of_receipt(received: datetime, days: Decimal) -> None:
    last = due(VN, TimeLimit(days, Unit.WORKING_DAY, NOWHERE), received, THREE).date()
    assert VN.is_worked(last)
    assert last > received.date()


@given(INSTANTS, INSTANTS, COUNTS)
def test_who_comes_later_is_never_due_earlier(one: datetime, other: datetime, days: Decimal) -> None:
    limit = TimeLimit(days, Unit.WORKING_DAY, NOWHERE)
    first, second = sorted([one, other])
    assert due(VN, limit, first, THREE) <= due(VN, limit, second, THREE)


@given(INSTANTS, COUNTS, COUNTS)
def test_more_days_never_end_earlier(received: datetime, fewer: Decimal, more: Decimal) -> None:
    low, high = sorted([fewer, more])
    day = received.date()
    assert due_after_working_days(VN, day, low) <= due_after_working_days(VN, day, high)


@given(INSTANTS, st.integers(1, 40))
def test_as_many_working_days_lie_between_as_the_limit_has(received: datetime, count: int) -> None:
    last = due_after_working_days(VN, received.date(), Decimal(count))
    between = [received.date() + timedelta(days=n) for n in range(1, (last - received.date()).days + 1)]
    assert sum(VN.share(day) for day in between) == count


@given(INSTANTS, st.integers(1, 400).map(lambda quarters: Decimal(quarters) / 4))
def test_hours_end_inside_office_hours(received: datetime, hours: Decimal) -> None:
    last = due_after_hours(VN, received, hours)
    assert last > received
    assert any(begins < last.time() <= ends for begins, ends in VN.hours_of(last.date()))
