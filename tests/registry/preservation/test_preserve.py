"""No logged licence stays without its evidence, even when no job is left to give it."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.errors import Unavailable
from config.unit_of_work import UnitOfWork
from registry.entries.models import Paper
from registry.log.append import integrate
from registry.preservation import preserve
from registry.preservation.preserve import preserve_waiting
from tests.processes import Services
from tests.registry.conftest import Entered


def evidence(unit: UnitOfWork, entry_id: UUID) -> str | None:
    with unit.begin(SYSTEM) as work:
        return work.session.scalars(sa.select(Paper.published_sha256).where(Paper.entry_id == entry_id)).one()


def paper_of(unit: UnitOfWork, entry_id: UUID) -> UUID:
    with unit.begin(SYSTEM) as work:
        return work.session.scalars(sa.select(Paper.id).where(Paper.entry_id == entry_id)).one()


def test_what_waits_is_found_and_preserved(
    live_unit: UnitOfWork, entered: Entered, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id = entered()
    paper_id = paper_of(live_unit, entry_id)
    assert paper_id not in preserve._waiting(live_unit)  # not in the log yet
    integrate(live_unit)
    assert paper_id in preserve._waiting(live_unit)
    monkeypatch.setattr(preserve, "_waiting", lambda unit: [paper_id])  # other tests have left papers without files
    preserve_waiting(live_unit)
    monkeypatch.undo()
    assert evidence(live_unit, entry_id) is not None
    assert paper_id not in preserve._waiting(live_unit)


def test_nobody_is_asked_when_nothing_waits(
    live_unit: UnitOfWork, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preserve, "_waiting", lambda unit: [])
    monkeypatch.setattr(preserve, "preserve_paper", lambda *_: pytest.fail("somebody was asked"))
    preserve_waiting(live_unit)


def test_one_that_fails_does_not_keep_the_others_and_a_silent_server_ends_the_round(
    live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers, asked = [UUID(int=number) for number in range(3)], []
    monkeypatch.setattr(preserve, "_waiting", lambda unit: papers)

    def fails(error: Exception) -> None:
        def run(unit: UnitOfWork, paper_id: UUID) -> None:
            asked.append(paper_id)
            if paper_id == papers[0]:
                raise error

        asked.clear()
        monkeypatch.setattr(preserve, "preserve_paper", run)

    fails(ValueError("a damaged file"))
    with pytest.raises(ValueError, match="damaged"):
        preserve_waiting(live_unit)
    assert asked == papers
    fails(Unavailable("The responder cannot be reached."))
    preserve_waiting(live_unit)
    assert asked == papers[:1]
