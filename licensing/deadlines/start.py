"""Start the clock of the authority when an application is accepted."""

from __future__ import annotations

from config import tokens
from config.settings import Settings
from config.unit_of_work import Work
from licensing.accounts.queries import agency_by_code
from licensing.applications.events import ApplicationAccepted
from licensing.catalogue.queries import package_of
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.models import ApplicationTimeLimit, ClockEvent
from licensing.deadlines.queries import clock_events
from licensing.deadlines.rules import due


def start_time_limit(work: Work, event: ApplicationAccepted) -> ApplicationTimeLimit:
    """The due date follows from the instant of acceptance in the installation's time zone (reaction, together).

    A second acceptance does not move a date that was promised. Raises YearNotInCalendar, CalendarUnusable: then
    nothing is accepted.
    """
    if running := work.session.get(ApplicationTimeLimit, event.application_id):
        return running
    limit = package_of(work, event.revision_id).definition.time_limit
    calendar = calendar_named(work.tools[Settings].calendar)
    cutoff = agency_by_code(work, event.agency).cutoff
    last = due(calendar, limit, event.accepted_at.astimezone(work.clock.zone), cutoff)
    started = ApplicationTimeLimit(
        application_id=event.application_id,
        value=limit.value,
        unit=limit.unit.value,
        calendar=calendar.name,
        started_at=event.accepted_at,
        due_original=last.date(),
        due_on=last.date(),
        due_at=last,
    )
    work.session.add(started)
    work.session.flush()
    note(work, started, "started")
    return started


def note(work: Work, limit: ApplicationTimeLimit, kind: str) -> None:
    """One more line in the history of a clock."""
    work.session.add(
        ClockEvent(
            id=tokens.new_id(),
            application_id=limit.application_id,
            seq=len(clock_events(work, limit.application_id)) + 1,
            kind=kind,
            at=limit.started_at if kind == "started" else work.clock.now(),
            due_on=limit.due_on,
            actor=str(work.actor.id),
        )
    )
    work.session.flush()
