"""An application moves only as the table says."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from licensing.applications.errors import MoveNotPossible
from licensing.applications.lifecycle import MOVES, Status, move


@dataclass
class Thing:
    status: str


@pytest.mark.parametrize("name", sorted(MOVES))
@pytest.mark.parametrize("status", sorted(Status))
def test_a_move_starts_where_the_table_says_and_nowhere_else(name: str, status: Status) -> None:
    thing = Thing(status)
    sources, target = MOVES[name]
    if status in sources:
        move(thing, name)
        assert thing.status == target
    else:
        with pytest.raises(MoveNotPossible):
            move(thing, name)
        assert thing.status == status


def test_every_status_can_be_reached_and_only_two_are_final() -> None:
    reached = {Status.DRAFT} | {target for _, target in MOVES.values()}
    left = {source for sources, _ in MOVES.values() for source in sources}
    assert reached == set(Status)
    assert set(Status) - left == {Status.CLOSED, Status.WITHDRAWN}


def test_after_a_decision_nobody_can_withdraw() -> None:
    assert not {Status.DECIDED, Status.CLOSED} & set(MOVES["withdraw"][0])
