"""The demonstration is whole or not there at all, its times agree, and what is to be signed is really signed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import licensing.demonstration.furnish as furnishing
from config.access import SYSTEM
from config.clock import FrozenClock
from config.errors import Unavailable
from config.events import RecordedEvent
from config.jobs import JobFailure
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.applications.models import Application
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.models import ApplicationTimeLimit
from licensing.deadlines.queries import overdue
from licensing.demonstration.furnish import furnish
from licensing.demonstration.passwords import Secrets
from licensing.demonstration.print_some import PRINTINGS, print_some
from licensing.demonstration.sign_and_seal import application_of, sign_and_seal
from licensing.demonstration.stories import STORIES, Ending
from licensing.licences.prints.models import PrintRecord
from licensing.papers.models import OfficialPaper
from licensing.workflow.models import OPEN, Task
from registry.entries.models import Paper
from tests.documents import PIN, work_off
from tests.journeys.office import PASSWORD, seeded_app
from tests.processes import Services

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SECRETS = Secrets(PASSWORD, PIN)


def count(unit: UnitOfWork, model: Any) -> int:
    with unit.begin(SYSTEM) as work:
        return work.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def published(unit: UnitOfWork) -> int:
    with unit.begin(SYSTEM) as work:
        found = sa.select(sa.func.count()).select_from(Paper).where(Paper.published_at.is_not(None))
        return work.session.scalar(found) or 0


def check_times(unit: UnitOfWork, since: datetime) -> None:
    """What happened before today happened in office hours, in the order in which it is told."""
    calendar = calendar_named("vn")
    with unit.begin(SYSTEM) as work:
        for event in work.session.scalars(sa.select(RecordedEvent).where(RecordedEvent.recorded_at < since)):
            local = event.recorded_at.astimezone(HANOI)
            hours = calendar.hours_of(local.date())
            assert any(begins <= local.time() <= ends for begins, ends in hours), (event.name, local)
        for item in work.session.scalars(sa.select(Application)):
            times = [item.created_at, item.submitted_at, item.accepted_at, item.updated_at]
            given = [moment for moment in times if moment is not None]
            assert given == sorted(given)
        for task in work.session.scalars(sa.select(Task)):
            given = [moment for moment in (task.opened_at, task.claimed_at, task.ended_at) if moment is not None]
            assert given == sorted(given)


def check_work(unit: UnitOfWork) -> None:
    """Something is overdue, something is due soon; work is shared."""
    with unit.begin(SYSTEM) as work:
        assert len(overdue(work)) == 2
        running = sa.select(ApplicationTimeLimit).where(ApplicationTimeLimit.ended_at.is_(None))
        soon = [item for item in work.session.scalars(running) if 0 <= (item.due_on - work.clock.today()).days <= 8]
        assert len(soon) >= 2
        tasks = work.session.scalars(sa.select(Task).where(Task.state.in_(OPEN))).all()
        assert len({task.claimed_by for task in tasks if task.claimed_by}) >= 3
        references = [item.reference for item in work.session.scalars(sa.select(Application)) if item.reference]
        assert len(references) == len(set(references))


def have_signed(unit: UnitOfWork) -> None:
    """As at a start: each round goes on as far as the worker has come."""
    to_do = {story.establishment for story in STORIES if story.ending in (Ending.SIGNED, Ending.SEALED)}
    assert set(sign_and_seal(unit, SECRETS, 0)) == to_do  # the worker has not prepared them yet
    work_off(unit)
    sealed = {story.establishment for story in STORIES if story.ending == Ending.SEALED}
    assert set(sign_and_seal(unit, SECRETS, 0)) == sealed  # their timestamps are still to come
    work_off(unit)
    assert sign_and_seal(unit, SECRETS, 0) == []
    work_off(unit)


@pytest.mark.slow
def test_it_is_whole_or_not_there_and_a_repeat_adds_nothing(
    settings: Settings, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with seeded_app(settings) as app:
        unit: UnitOfWork = app.extensions["unit_of_work"]
        begun, already = unit.clock.now(), published(unit)

        def killed(work: object, scene: object) -> None:
            raise RuntimeError("killed")

        with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="killed"):
            patched.setattr(furnishing, "STORIES", STORIES[-2:])
            patched.setattr(furnishing, "give_up", killed)
            furnish(unit, settings, SECRETS)
        assert count(unit, Application) == 0

        assert furnish(unit, settings, SECRETS)
        assert count(unit, Application) == len(STORIES)
        check_times(unit, begun)
        check_work(unit)

        have_signed(unit)
        printed = count(unit, PrintRecord)
        assert print_some(unit, 0) == []
        assert count(unit, PrintRecord) == printed + len(PRINTINGS)
        before = count(unit, RecordedEvent)
        assert print_some(unit, 0) == []
        assert not furnish(unit, settings, SECRETS)
        assert sign_and_seal(unit, SECRETS, 0) == []
        assert (count(unit, RecordedEvent), count(unit, JobFailure)) == (before, 0)
        with unit.begin(SYSTEM) as work:
            found = [application_of(work, story) for story in STORIES]
            states = Counter(item.status for item in found if item is not None)
            delivered = work.session.scalars(sa.select(OfficialPaper).where(OfficialPaper.delivered_at.is_not(None)))
            assert len(delivered.all()) == 1
        assert published(unit) == already + 4  # the register is never emptied: other tests' licences stay in it
        assert states == {
            **{"draft": 1, "submitted": 2, "returned": 1, "accepted": 1, "withdrawn": 1},
            **{"under_review": 8, "proposed": 4, "decided": 7, "closed": 5},
        }


def test_a_calendar_that_does_not_reach_so_far_leaves_only_people(settings: Settings, services: Services) -> None:
    late = FrozenClock(datetime(2027, 12, 20, 3, 0, tzinfo=UTC), HANOI)
    with seeded_app(settings, late) as app:
        unit: UnitOfWork = app.extensions["unit_of_work"]
        with pytest.raises(Unavailable, match="2028"):
            furnish(unit, settings, SECRETS)
        assert count(unit, Application) == 0
        assert late.today() == date(2027, 12, 20)
