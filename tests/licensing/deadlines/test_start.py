"""The clock starts with the acceptance and ends with the result, whenever a worker gets round to it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.applications.events import ApplicationAccepted, ApplicationClosed
from licensing.deadlines.errors import TimeLimitNotFound, YearNotInCalendar
from licensing.deadlines.queries import clock_events, overdue, time_limit_of
from licensing.deadlines.start import start_time_limit
from licensing.deadlines.stop import stop_time_limit
from tests.licensing.factories import a_cast, a_submitted, an_accepted


def test_the_due_date_counts_from_the_acceptance_in_the_installations_time_zone(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        application = an_accepted(work, a_cast(work))
        limit = time_limit_of(work, application.id)
        assert limit.started_at == application.accepted_at
        assert limit.due_on == limit.due_original > date(2026, 2, 23)
        assert limit.due_at.astimezone(work.clock.zone).time().isoformat() == "17:00:00"
        assert [event.kind for event in clock_events(work, application.id)] == ["started"]


def test_a_reaction_that_runs_days_later_promises_the_same_day(unit: UnitOfWork, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        cast = a_cast(work)
        accepted, submitted = an_accepted(work, cast), a_submitted(work, cast)
        promised = time_limit_of(work, accepted.id)
        late = ApplicationAccepted(
            submitted.id, submitted.revision_id, submitted.agency, "x", accepted.accepted_at or clock.now()
        )
        clock.advance(days=9)
        assert start_time_limit(work, late).due_at == promised.due_at
        assert start_time_limit(work, late).due_at == promised.due_at
        assert len(clock_events(work, submitted.id)) == 1


def test_after_the_agencys_cut_off_the_next_working_day_counts(unit: UnitOfWork, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        cast = a_cast(work)
        before = time_limit_of(work, an_accepted(work, cast).id)
        clock.advance(hours=5, seconds=1)  # 15:00:01
        after = time_limit_of(work, an_accepted(work, cast).id)
        assert after.due_on > before.due_on


def test_an_acceptance_whose_due_date_nobody_can_know_does_not_happen(unit: UnitOfWork, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        cast = a_cast(work)
        application = a_submitted(work, cast)
    clock.at = datetime(2027, 12, 30, 3, 0, tzinfo=UTC)
    with pytest.raises(YearNotInCalendar), unit.begin(SYSTEM) as work:
        start_time_limit(
            work,
            ApplicationAccepted(application.id, application.revision_id, application.agency, "x", clock.now()),
        )
    with unit.begin(SYSTEM) as work, pytest.raises(TimeLimitNotFound):
        time_limit_of(work, application.id)


def test_the_first_end_stays_and_what_never_started_never_ends(unit: UnitOfWork, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        cast = a_cast(work)
        application, draft = an_accepted(work, cast), a_submitted(work, cast)
        clock.advance(days=3)
        stop_time_limit(work, ApplicationClosed(application.id))
        ended = time_limit_of(work, application.id).ended_at
        assert ended == clock.now()
        clock.advance(days=3)
        stop_time_limit(work, ApplicationClosed(application.id))
        stop_time_limit(work, ApplicationClosed(draft.id))
        assert time_limit_of(work, application.id).ended_at == ended
        assert [event.kind for event in clock_events(work, application.id)] == ["started", "ended"]
        assert len(clock_events(work, draft.id)) == 0


def test_overdue_is_what_passed_its_due_date_without_an_end(unit: UnitOfWork, clock: FrozenClock) -> None:
    with unit.begin(SYSTEM) as work:
        cast = a_cast(work)
        application, other = an_accepted(work, cast), an_accepted(work, cast)
        stop_time_limit(work, ApplicationClosed(other.id))
        clock.at = time_limit_of(work, application.id).due_at
        assert overdue(work) == []
        clock.advance(seconds=1)
        assert [limit.application_id for limit in overdue(work)] == [application.id]
