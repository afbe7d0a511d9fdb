"""How a time limit stands today, in words: counted in working days, as the limit is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from config.sentences import later, say
from licensing.deadlines.errors import YearNotInCalendar
from licensing.deadlines.working_days import Calendar, due_after_working_days

SOON = Decimal(2)  # working days
NOT_COUNTED = later("Not counted yet")
DUE_TODAY = later("Due today")
ONE_LEFT = later("1 day left")
LATE_TODAY = later("Overdue since today")
ONE_LATE = later("1 day overdue")
DAYS_LEFT = later("{days} days left")
DAYS_LATE = later("{days} days overdue")
IN_TIME = later("Ended in time")
TOO_LATE = later("Ended late")


@dataclass(frozen=True)
class Limit:
    """A time limit as the desk needs it: the day promised, the instant it ends, and when the handling ended."""

    due_on: date
    due_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """How it stands in words, and how it is coloured."""

    text: str
    kind: str


def standing(calendar: Calendar, limit: Limit | None, now: datetime) -> Standing:
    """How the time limit stands; `now` is in the installation's own time zone."""
    if limit is None:
        return Standing(NOT_COUNTED, "plain")
    if limit.ended_at is not None:
        late = limit.ended_at > limit.due_at
        return Standing(TOO_LATE, "red") if late else Standing(IN_TIME, "green")
    today = now.date()
    if limit.due_at < now:
        late_by = working_days(calendar, limit.due_on, today)
        return Standing(_counted(late_by, LATE_TODAY, ONE_LATE, DAYS_LATE), "red")
    left = working_days(calendar, today, limit.due_on)
    words = _counted(left, DUE_TODAY, ONE_LEFT, DAYS_LEFT)
    return Standing(words, "amber" if left <= SOON else "green")


def _counted(days: int, none: str, one: str, more: str) -> str:
    return none if days == 0 else one if days == 1 else say(more, days=days)


def working_days(calendar: Calendar, after: date, until: date) -> int:
    """How many days are worked after the one and until the other, that day too."""
    span = range(1, (until - after).days + 1)
    return sum(_is_worked(calendar, after + timedelta(days=number)) for number in span)


def soon(calendar: Calendar, today: date) -> date:
    """The last day that counts as soon."""
    try:
        return due_after_working_days(calendar, today, SOON)
    except YearNotInCalendar:  # the turn of a year whose holidays are not known yet
        return today + timedelta(days=int(SOON))


def _is_worked(calendar: Calendar, day: date) -> bool:
    try:
        return calendar.is_worked(day)
    except YearNotInCalendar:
        return day.weekday() not in calendar.weekly_rest
