"""A change, its event and its jobs commit together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from config import tokens
from config.access import SYSTEM
from config.events import Event, ReactionDone, Reactions, Reactor, RecordedEvent, only_where
from config.unit_of_work import UnitOfWork, Work

seen: list[UUID] = []


@dataclass(frozen=True)
class LampLit(Event):
    lamp_id: UUID
    bright: bool = False


def note_lamp(work: Work, event: LampLit) -> None:
    seen.append(event.lamp_id)


def light_street(work: Work, event: LampLit) -> None:
    seen.append(event.lamp_id)


@only_where(lambda event: event.bright)
def warn_neighbours(work: Work, event: LampLit) -> None:
    seen.append(event.lamp_id)


REACTIONS: Mapping[type[Event], Reactions] = {
    LampLit: Reactions(together=[note_lamp], afterwards=[light_street, warn_neighbours])
}


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([REACTIONS])


def count_jobs(unit: UnitOfWork) -> int:
    with unit.begin(SYSTEM) as work:
        return work.session.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs")) or 0


def test_an_event_is_written_down_reacted_to_and_leaves_one_job(unit: UnitOfWork) -> None:
    lamp = tokens.new_id()
    with unit.begin(SYSTEM) as work:
        work.record(LampLit(lamp))
    assert seen[-1] == lamp
    assert count_jobs(unit) == 1
    with unit.begin(SYSTEM) as work:
        recorded = work.session.scalars(sa.select(RecordedEvent)).one()
        assert work.session.scalar(sa.text("SELECT args->>'reaction' FROM procrastinate_jobs")) == (
            f"{light_street.__module__}:light_street"
        )
        assert unit.reactor.restore(recorded) == LampLit(lamp)


def test_a_reaction_to_some_events_only_leaves_no_job_for_the_others(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        work.record(LampLit(tokens.new_id(), bright=True))
    assert count_jobs(unit) == 2
    dim, bright = LampLit(tokens.new_id()), LampLit(tokens.new_id(), bright=True)
    for event in (dim, bright):  # also where a job is there already
        with unit.begin(SYSTEM) as work:
            warn_neighbours(work, event)
    assert dim.lamp_id not in seen
    assert seen[-1] == bright.lamp_id


def test_many_events_are_recorded_at_once_each_with_its_jobs(unit: UnitOfWork) -> None:
    lamps = [LampLit(tokens.new_id(), bright=number % 2 == 0) for number in range(5)]
    with unit.begin(SYSTEM) as work:
        work.record_all(lamps)
        work.record_all([])
    assert seen[-5:] == [lamp.lamp_id for lamp in lamps]
    with unit.begin(SYSTEM) as work:
        rows = work.session.execute(
            sa.text(
                "SELECT split_part(args->>'reaction', ':', 2), body->>'lamp_id' FROM procrastinate_jobs "
                "JOIN events ON events.id::text = args->>'event_id' ORDER BY procrastinate_jobs.id"
            )
        )
        found = [tuple(row) for row in rows]
    assert found == [("light_street", str(lamp.lamp_id)) for lamp in lamps] + [
        ("warn_neighbours", str(lamp.lamp_id)) for lamp in lamps if lamp.bright
    ]


def test_a_rolled_back_change_leaves_no_event_and_no_job(unit: UnitOfWork) -> None:
    with pytest.raises(ValueError, match="no"), unit.begin(SYSTEM) as work:
        work.record(LampLit(tokens.new_id()))
        raise ValueError("no")
    assert count_jobs(unit) == 0
    with unit.begin(SYSTEM) as work:
        assert not work.session.scalars(sa.select(RecordedEvent)).all()


def test_a_reaction_runs_once_for_an_event(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        work.record(LampLit(tokens.new_id()))
    for expected in (True, False):
        with unit.begin(SYSTEM) as work:
            recorded = work.session.scalars(sa.select(RecordedEvent)).one()
            assert work.react_once(recorded, light_street) is expected
    with unit.begin(SYSTEM) as work:
        assert len(work.session.scalars(sa.select(ReactionDone)).all()) == 1


def test_a_swallowed_database_error_is_not_taken_for_a_commit(unit: UnitOfWork) -> None:
    with pytest.raises(RuntimeError, match="swallowed"), unit.begin(SYSTEM) as work:
        driver = work.session.connection().connection.dbapi_connection
        assert driver is not None
        try:
            driver.cursor().execute("SELECT 1/0")
        except Exception as error:
            assert not isinstance(error, DBAPIError)


def test_a_process_waits_in_the_queue_only_once(unit: UnitOfWork) -> None:
    unit.jobs._processes["sweep"] = lambda unit: None
    with unit.begin(SYSTEM) as work:
        for _ in range(3):
            unit.jobs.defer_process(work.session, "sweep")
    assert count_jobs(unit) == 1
