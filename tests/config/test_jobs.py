"""Jobs run what follows from events, are tried again when they fail, and no failure is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from config import tokens
from config.access import SYSTEM
from config.clock import FrozenClock, SystemClock
from config.events import Event, Reactions, Reactor, is_process, reaction_name
from config.jobs import JobFailure, Jobs, NotYet, Periodic, psycopg_url, take_over
from config.retries import queue_of
from config.settings import Settings
from config.unit_of_work import Tools, UnitOfWork, Work

calls: list[object] = []
broken: set[str] = set()


@dataclass(frozen=True)
class BellRung(Event):
    bell_id: UUID


def note_bell(work: Work, event: BellRung) -> None:
    calls.append(event.bell_id)
    if "note" in broken:
        raise RuntimeError("the pen is empty")


def carry_sound(unit: UnitOfWork, event: BellRung) -> None:
    calls.append((unit.clock.now(), event.bell_id))
    if "carry" in broken:
        raise NotYet(60)


def count_bells(unit: UnitOfWork) -> None:
    calls.append("counted")
    if "clock" in broken:
        raise RuntimeError("the clock stood still")
    if "count" in broken:
        broken.remove("count")
        with unit.begin(SYSTEM) as work:  # the next one is wanted while this one runs
            unit.jobs.defer_process(work.session, "count")
            later = "UPDATE procrastinate_jobs SET scheduled_at = now() + '1 h' WHERE status = 'todo'"
            work.session.execute(sa.text(later))
        raise RuntimeError("a bell fell")


REACTIONS: Mapping[type[Event], Reactions] = {BellRung: Reactions(afterwards=[note_bell, carry_sound])}


@pytest.fixture
def unit(database: sa.Engine, settings: Settings, clock: FrozenClock) -> UnitOfWork:
    calls.clear()
    broken.clear()
    reactor = Reactor([REACTIONS])
    # Not soon, whenever the test runs: the queue makes up for what was due within the last ten minutes.
    leap_day = Periodic("leap_day", "0 0 29 2 *", count_bells)
    jobs = Jobs(settings, reactor, {"count": count_bells}, [leap_day])
    return UnitOfWork(sessionmaker[Session](database, expire_on_commit=False), clock, reactor, jobs, Tools())


def rows(unit: UnitOfWork, query: str) -> list[tuple[object, ...]]:
    with unit.begin(SYSTEM) as work:
        return [tuple(row) for row in work.session.execute(sa.text(query))]


def test_each_reaction_runs_in_a_job_of_its_own(unit: UnitOfWork) -> None:
    bell = tokens.new_id()
    with unit.begin(SYSTEM) as work:
        work.record(BellRung(bell))
    unit.jobs.run_worker(unit, wait=False)
    assert set(calls) == {bell, (unit.clock.now(), bell)}
    assert rows(unit, "SELECT * FROM procrastinate_jobs") == []
    assert [row[1] for row in rows(unit, "SELECT event_id, reaction FROM reactions_done")] == [reaction_name(note_bell)]


def test_a_named_process_runs(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        unit.jobs.defer_process(work.session, "count")
        with pytest.raises(LookupError):
            unit.jobs.defer_process(work.session, "unknown")
    unit.jobs.run_worker(unit, wait=False)
    assert calls == ["counted"]


def test_a_failure_is_kept_and_tried_again(unit: UnitOfWork) -> None:
    broken.add("note")
    with unit.begin(SYSTEM) as work:
        work.record(BellRung(tokens.new_id()))
    unit.jobs.run_worker(unit, wait=False)
    with unit.begin(SYSTEM) as work:
        failure = work.session.scalars(sa.select(JobFailure)).one()
    assert failure.error == "RuntimeError: the pen is empty"
    [(status, attempts, waits)] = rows(unit, "SELECT status, attempts, scheduled_at > now() FROM procrastinate_jobs")
    assert (status, attempts, waits) == ("todo", 1, True)
    broken.clear()
    with unit.begin(SYSTEM) as work:
        work.session.execute(sa.text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))
    unit.jobs.run_worker(unit, wait=False)
    assert rows(unit, "SELECT * FROM procrastinate_jobs") == []


def test_a_process_that_waits_comes_back_later_and_has_not_failed(unit: UnitOfWork, clock: FrozenClock) -> None:
    broken.add("carry")
    clock.at = SystemClock(clock.zone).now()  # the queue goes by the clock of the database
    with unit.begin(SYSTEM) as work:
        work.record(BellRung(tokens.new_id()))
    unit.jobs.run_worker(unit, wait=False)
    [(status, at)] = rows(unit, "SELECT status::text, scheduled_at FROM procrastinate_jobs")
    assert (status, at) == ("todo", clock.now() + timedelta(seconds=60))
    assert rows(unit, "SELECT * FROM job_failures") == []
    broken.clear()
    with unit.begin(SYSTEM) as work:
        work.session.execute(sa.text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))
    unit.jobs.run_worker(unit, wait=False)
    assert len(calls) == 3
    assert rows(unit, "SELECT * FROM procrastinate_jobs") == []


@pytest.mark.parametrize(("attempts", "status"), [(0, "todo"), (9, "failed")])
def test_the_job_of_a_killed_worker_is_taken_over_or_ends_as_failed(
    unit: UnitOfWork, settings: Settings, attempts: int, status: str
) -> None:
    with unit.begin(SYSTEM) as work:
        unit.jobs.defer_process(work.session, "count")
        work.session.execute(
            sa.text("UPDATE procrastinate_jobs SET status = 'doing', attempts = :attempts"), {"attempts": attempts}
        )
    rescue(unit, settings)
    assert rows(unit, "SELECT status::text FROM procrastinate_jobs") == [(status,)]
    assert len(rows(unit, "SELECT * FROM job_failures")) == (status == "failed")


def rescue(unit: UnitOfWork, settings: Settings) -> None:
    async def run() -> None:
        app = queue_of(psycopg_url(settings))
        async with app.open_async():
            await take_over(app, unit, 30, settings.job_attempts)

    asyncio.run(run())


def test_the_job_of_a_killed_worker_steps_back_for_the_one_that_waits(unit: UnitOfWork, settings: Settings) -> None:
    with unit.begin(SYSTEM) as work:
        unit.jobs.defer_process(work.session, "count")
        work.session.execute(sa.text("UPDATE procrastinate_jobs SET status = 'doing'"))
        unit.jobs.defer_process(work.session, "count")
    rescue(unit, settings)
    assert rows(unit, "SELECT status::text FROM procrastinate_jobs") == [("todo",)]


def test_a_failed_job_steps_back_for_the_one_that_waits(unit: UnitOfWork) -> None:
    broken.add("count")
    with unit.begin(SYSTEM) as work:
        unit.jobs.defer_process(work.session, "count")
    unit.jobs.run_worker(unit, wait=False)
    assert calls == ["counted"]
    waiting = "SELECT status::text, attempts FROM procrastinate_jobs WHERE queueing_lock = 'count'"
    assert rows(unit, waiting) == [("todo", 0)]
    assert rows(unit, "SELECT error FROM job_failures") == [("RuntimeError: a bell fell",)]


def test_what_runs_by_the_clock_is_tried_again(unit: UnitOfWork) -> None:
    broken.add("clock")
    with unit.begin(SYSTEM) as work:
        work.session.execute(
            sa.text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)"
                " VALUES ('default', 'antin.periodic.leap_day', 'leap_day', '{\"timestamp\": 1}')"
            )
        )
    unit.jobs.run_worker(unit, wait=False)
    assert rows(unit, "SELECT status::text, attempts FROM procrastinate_jobs") == [("todo", 1)]


def test_a_reaction_is_a_use_case_or_a_process() -> None:
    assert is_process(carry_sound)
    assert not is_process(note_bell)
    with pytest.raises(TypeError, match="work or unit"):
        is_process(lambda other, event: None)
    with pytest.raises(TypeError, match="cannot run together"):
        Reactor([{BellRung: Reactions(together=[carry_sound])}])
