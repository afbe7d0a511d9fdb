"""How deadlines say no."""

from config.errors import NotFound, Unavailable


class YearNotInCalendar(Unavailable):
    """The calendar does not list that year yet: its holidays are unknown, so no day in it may be promised."""


class CalendarUnusable(Unavailable):
    """The calendar's file is missing or wrong."""


class TimeLimitNotFound(NotFound):
    """The application has no time limit: it was not accepted yet."""
