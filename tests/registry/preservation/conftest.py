"""What tests of preservation share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from config.unit_of_work import UnitOfWork
from registry.preservation import queries
from registry.preservation import round as rounds
from signing.pki.ceremony import BuiltInAuthority
from tests.registry.preservation.build import Answer, authority_of, tsa_key

Only = Callable[..., None]


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Only:
    """Rounds see these papers alone: other tests have left papers whose files are gone."""
    real = queries.due_papers

    def restrict(*papers: UUID) -> None:
        monkeypatch.setattr(
            rounds,
            "due_papers",
            lambda *a, **k: [due for due in real(*a, **k | {"limit": None}) if due.paper_id in papers],
        )

    return restrict


@pytest.fixture
def short(live_unit: UnitOfWork, keys: BuiltInAuthority, tmp_path: Path) -> Answer:
    """An authority whose certificate ends in a hundred days: within the lead time."""
    return authority_of(tmp_path / "short", tsa_key(keys, 100), live_unit.clock)
