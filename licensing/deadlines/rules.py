"""When a time limit of a procedure ends, from the moment of acceptance: never from when a worker got round to it."""

from __future__ import annotations

import calendar as months_of
from datetime import date, datetime, time

from licensing.catalogue.package import TimeLimit
from licensing.catalogue.terms import Unit
from licensing.deadlines.working_days import (
    Calendar,
    day_of_receipt,
    due_after_calendar_days,
    due_after_hours,
    due_after_working_days,
    end_of_office,
)


def due(calendar: Calendar, limit: TimeLimit, accepted: datetime, agency_cutoff: time | None) -> datetime:
    """The last moment of the time limit; `accepted` and the result are in the installation's own time zone.

    The procedure's own cut-off goes before the agency's. Raises YearNotInCalendar.
    """
    cutoff = limit.cutoff if limit.cutoff is not None else agency_cutoff
    day_zero = day_of_receipt(calendar, accepted, cutoff)
    if limit.unit is Unit.HOUR:
        begin = accepted if day_zero == accepted.date() else datetime.combine(day_zero, time(0), accepted.tzinfo)
        return due_after_hours(calendar, begin, limit.value)
    last = _last_day(calendar, limit, day_zero)
    return datetime.combine(last, end_of_office(calendar, last), accepted.tzinfo)


def _last_day(calendar: Calendar, limit: TimeLimit, day_zero: date) -> date:
    if limit.unit is Unit.WORKING_DAY:
        return due_after_working_days(calendar, day_zero, limit.value)
    count = int(limit.value)
    if limit.unit is Unit.CALENDAR_DAY:
        return due_after_calendar_days(calendar, day_zero, count)
    months = day_zero.month - 1 + count * (12 if limit.unit is Unit.YEAR else 1)
    year, month = day_zero.year + months // 12, months % 12 + 1
    last = date(year, month, min(day_zero.day, months_of.monthrange(year, month)[1]))
    return due_after_calendar_days(calendar, last, 0)
