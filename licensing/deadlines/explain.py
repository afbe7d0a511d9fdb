"""Why a time limit ends on its day: what counts as received when, and every day that was not counted. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from licensing.catalogue.package import TimeLimit
from licensing.catalogue.terms import Unit
from licensing.deadlines.rules import due
from licensing.deadlines.working_days import Calendar, day_of_receipt

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Why:
    """How a due date came about. `off` are public holidays between receipt and end, with the names of the calendar.

    `weekends` counts days of weekly rest that were left out, `worked` are such days that were worked in exchange.
    """

    received: datetime
    cutoff: time | None
    day_zero: date
    last: date
    counts_working_days: bool
    off: tuple[tuple[date, str], ...]
    weekends: int
    worked: tuple[date, ...]

    @property
    def moved(self) -> bool:
        """Received too late, or on a day off: it counts from the next working day."""
        return self.day_zero != self.received.date()

    @property
    def late(self) -> bool:
        """Received after the hour until which the day counts."""
        return self.moved and self.cutoff is not None and self.received.time() > self.cutoff


def explain(calendar: Calendar, limit: TimeLimit, accepted: datetime, agency_cutoff: time | None) -> Why:
    """The reasons behind `rules.due`; `accepted` is in the installation's own time zone. Raises YearNotInCalendar."""
    cutoff = limit.cutoff if limit.cutoff is not None else agency_cutoff
    day_zero = day_of_receipt(calendar, accepted, cutoff)
    last = due(calendar, limit, accepted, agency_cutoff).date()
    days = [day_zero + ONE_DAY * count for count in range(1, (last - day_zero).days + 1)]
    rest = [day for day in days if not calendar.is_worked(day)]
    return Why(
        received=accepted,
        cutoff=cutoff,
        day_zero=day_zero,
        last=last,
        counts_working_days=limit.unit is Unit.WORKING_DAY,
        off=tuple((day, calendar.names.get(day, "")) for day in rest if day in calendar.off),
        weekends=sum(day not in calendar.off for day in rest),
        worked=tuple(day for day in days if day in calendar.worked),
    )
