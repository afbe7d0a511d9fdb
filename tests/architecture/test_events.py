"""Every event has its line in a table of reactions, maybe an empty one: nothing happens unseen."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import UnionType
from typing import Any, get_args
from uuid import UUID

from config.events import Event, Reactions, Reactor
from tests.architecture.loaded import our_modules, our_subclasses

PLAIN = (str, int, bool, date, datetime, UUID, type(None))


def tables() -> dict[str, Mapping[type[Event], Reactions]]:
    """Every REACTIONS table, by its module."""
    return {module.__name__: module.REACTIONS for module in our_modules() if module.__name__.endswith(".reactions")}


def events_without_line(
    events: Iterable[type[Event]], found: Iterable[Mapping[type[Event], Reactions]]
) -> set[type[Event]]:
    return set(events) - {event for table in found for event in table}


def unfit_fields(event: type[Event]) -> list[str]:
    """Fields that are no ids, texts, numbers or days, so that they could not be written down."""
    hints = inspect.get_annotations(event, eval_str=True)
    wrong = []
    for field in dataclasses.fields(event):
        hint: Any = hints.get(field.name, str)
        kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        wrong += [f"{event.__name__}.{field.name}" for kind in kinds if kind not in PLAIN]
    return wrong


def test_every_event_has_its_line_in_a_table_of_reactions() -> None:
    events = our_subclasses(Event)
    assert len(events) >= 10
    assert events_without_line(events, tables().values()) == set()


def test_the_tables_name_real_events_and_join_into_one_reactor() -> None:
    assert len(tables()) >= 2
    assert {event for table in tables().values() for event in table} <= our_subclasses(Event)
    assert Reactor(list(tables().values()))


def test_events_are_facts_that_can_be_written_down() -> None:
    events = our_subclasses(Event)
    assert [field for event in events for field in unfit_fields(event)] == []
    assert [event.__name__ for event in events if not event.__dataclass_params__.frozen] == []  # type: ignore[attr-defined]


@dataclasses.dataclass(frozen=True)
class Forgotten(Event):
    """An event of this test that stands in no table and carries what no event may carry."""

    people: list[str]


def test_an_event_without_line_and_one_that_cannot_be_written_down_are_reported() -> None:
    assert events_without_line([Forgotten], tables().values()) == {Forgotten}
    assert events_without_line([Forgotten], [{Forgotten: Reactions()}]) == set()
    assert unfit_fields(Forgotten) == ["Forgotten.people"]
