"""The integrator may be killed anywhere, overtaken or overrun: the log is the same, and each act is told once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.events import RecordedEvent
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.queries import acts_of
from registry.log import append
from registry.log.append import integrate
from registry.log.audit import audit
from registry.log.errors import LogBroken
from registry.log.tiles import Tiles
from signing.signer.errors import CheckpointRefused
from tests.registry.conftest import made_up_entry


class Killed(BaseException):
    """The process ends here."""


def entered(unit: UnitOfWork) -> UUID:
    new = made_up_entry(unit)
    with unit.begin(SYSTEM) as work:
        return enter(work, new).id


def place(unit: UnitOfWork, entry_id: UUID) -> int | None:
    with unit.begin(SYSTEM) as work:
        (act,) = acts_of(work, entry_id)
    return act.index


def told(unit: UnitOfWork, entry_id: UUID) -> int:
    """How often an act was told to be in the log."""
    query = sa.select(sa.func.count()).where(
        RecordedEvent.name == "EntryLogged", RecordedEvent.body["entry_id"].astext == str(entry_id)
    )
    with unit.begin(SYSTEM) as work:
        return work.session.scalar(query) or 0


def killed(real: Callable[..., Any], when: str) -> Callable[..., Any]:
    """`real`, with the process killed before or after it."""

    def run(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            real(*args, **kwargs)
        raise Killed

    return run


STEPS = [
    (append, "assign_indexes"),
    (append, "_write_tiles"),
    (append, "_sign"),
    (append, "sign_checkpoint"),
    (append, "keep_checkpoint"),
    (append, "publish_checkpoint"),
    (Tiles, "write"),
    (Tiles, "publish"),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("owner", "name"), STEPS)
def test_killed_between_any_two_steps_it_ends_in_the_same_log(
    live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, when: str
) -> None:
    size = integrate(live_unit)
    acts = [entered(live_unit), entered(live_unit)]
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(owner, name, killed(getattr(owner, name), when))
        integrate(live_unit)
    acts.append(entered(live_unit))
    assert integrate(live_unit) == size + 3
    assert [place(live_unit, act) for act in acts] == [size, size + 1, size + 2]
    assert [told(live_unit, act) for act in acts] == [1, 1, 1]
    assert integrate(live_unit) == size + 3
    assert audit(live_unit) == []


def test_it_goes_round_until_nothing_waits(live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    size = integrate(live_unit)
    monkeypatch.setattr(append, "BATCH", 2)
    acts = [entered(live_unit) for _ in range(5)]
    assert integrate(live_unit) == size + 5
    assert [place(live_unit, act) for act in acts] == list(range(size, size + 5))
    assert audit(live_unit) == []


@pytest.mark.parametrize("name", ["_sign", "sign_checkpoint"])
def test_an_overtaken_integrator_goes_round_again(
    live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real, acts = getattr(append, name), [entered(live_unit)]

    def overtaken(*args: Any) -> Any:
        if len(acts) == 1:
            acts.append(entered(live_unit))
            integrate(live_unit)
        return real(*args)

    monkeypatch.setattr(append, name, overtaken)
    size = integrate(live_unit)
    assert [place(live_unit, act) for act in acts] == [size - 2, size - 1]
    assert [told(live_unit, act) for act in acts] == [1, 1]
    assert audit(live_unit) == []


def test_a_database_behind_the_signer_is_told_and_nothing_is_added(
    live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = entered(live_unit)
    with monkeypatch.context() as patch:
        patch.setattr(append, "last_signed", lambda unit: (10**6, bytes(32)))
        with pytest.raises(LogBroken):
            integrate(live_unit)
        assert (place(live_unit, act), told(live_unit, act)) == (None, 0)
    integrate(live_unit)
    assert told(live_unit, act) == 1


def test_what_the_signer_refuses_is_told(live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    act = entered(live_unit)
    with monkeypatch.context() as patch:
        patch.setattr(append, "consistency_path", lambda *_: [bytes(32)])
        with pytest.raises(CheckpointRefused):
            integrate(live_unit)
    integrate(live_unit)
    assert told(live_unit, act) == 1
