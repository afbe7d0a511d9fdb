"""Working days as the law counts them, over a calendar that is a value. No clock, no database.

The day of receipt is not counted, and a period ends with its last day (Civil Code 2015, art. 147 and 148). What is
received after the cut-off, or on a day off, counts as received on the next working day (Decree 61/2018, art. 18.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from config.sentences import say
from licensing.deadlines.errors import YearNotInCalendar

ONE_DAY = timedelta(days=1)
OFF, HALF, WHOLE = Decimal(0), Decimal("0.5"), Decimal(1)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. `weekly_rest` has Monday as 0; `worked` are days of rest worked in exchange.

    `office_hours` are the parts of a whole day, in order; a half day has the first of them only.
    """

    name: str
    years: frozenset[int]
    weekly_rest: frozenset[int] = frozenset({5, 6})
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    half: frozenset[date] = frozenset()
    office_hours: tuple[tuple[time, time], ...] = field(default=((time(8), time(12)), (time(13, 30), time(17))))
    names: Mapping[date, str] = field(default_factory=dict, hash=False)  # of the days off, as the notices say

    def share(self, day: date) -> Decimal:
        """How much of the day is worked: 0, 0.5 or 1. Raises YearNotInCalendar."""
        if day.year not in self.years:
            raise YearNotInCalendar(
                say("The calendar {name} has no list of holidays for {year}.", name=self.name, year=day.year)
            )
        if day in self.half:
            return HALF
        if day in self.worked:
            return WHOLE
        return OFF if day in self.off or day.weekday() in self.weekly_rest else WHOLE

    def is_worked(self, day: date) -> bool:
        """True when at least a part of the day is worked."""
        return self.share(day) > OFF

    def hours_of(self, day: date) -> tuple[tuple[time, time], ...]:
        """The office hours of that day; none on a day off."""
        share = self.share(day)
        return () if share == OFF else self.office_hours[:1] if share == HALF else self.office_hours


def day_of_receipt(calendar: Calendar, received: datetime, cutoff: time | None) -> date:
    """The day that counts as day 0. `received` is in the installation's own time zone."""
    day = received.date()
    if not calendar.is_worked(day) or (cutoff is not None and received.time() > cutoff):
        return next(_working_days_after(calendar, day))
    return day


def due_after_working_days(calendar: Calendar, day_zero: date, count: Decimal) -> date:
    """The last day of a time limit of `count` working days; half days count as half."""
    done = Decimal(0)
    for day in _working_days_after(calendar, day_zero):
        done += calendar.share(day)
        if done >= count:
            return day
    raise AssertionError("working days never end")  # pragma: no cover - the year would be unknown before


def due_after_calendar_days(calendar: Calendar, day_zero: date, count: int) -> date:
    """The last day of `count` calendar days; a last day that is off moves to the next working day (art. 148.5)."""
    last = day_zero + timedelta(days=count)
    return last if calendar.is_worked(last) else next(_working_days_after(calendar, last))


def due_after_hours(calendar: Calendar, received: datetime, hours: Decimal) -> datetime:
    """The moment when `hours` office hours have passed; `received` and the result are in the local time zone."""
    left = timedelta(seconds=int(hours * 3600))
    day = received.date()
    while True:
        for begins, ends in calendar.hours_of(day):
            start = max(received, datetime.combine(day, begins, received.tzinfo))
            open_for = datetime.combine(day, ends, received.tzinfo) - start
            if open_for <= timedelta(0):
                continue
            if left <= open_for:
                return start + left
            left -= open_for
        day += ONE_DAY


def working_days_between(calendar: Calendar, after: date, until: date) -> Decimal:
    """How many working days lie behind `after`, up to and with `until`; none when `until` is not later."""
    days = ((after + ONE_DAY * count) for count in range(1, (until - after).days + 1))
    return sum((calendar.share(day) for day in days), Decimal(0))


def end_of_office(calendar: Calendar, day: date) -> time:
    """When the office closes on a working day."""
    return calendar.hours_of(day)[-1][1]


def _working_days_after(calendar: Calendar, day: date) -> Iterator[date]:
    while True:
        day += ONE_DAY
        if calendar.is_worked(day):
            yield day
