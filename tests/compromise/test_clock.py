"""A drill that waits for the clock does not wait for one that stands."""

from __future__ import annotations

import pytest

from config.unit_of_work import UnitOfWork
from registry.compromise import timestamps


def test_a_clock_that_stands_is_said_and_not_waited_for(unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "CLOCK_SECONDS", 0.1)
    with pytest.raises(timestamps.EvidenceStillOld, match="The clock of this machine stands"):
        timestamps.wait_for_the_next_second(unit)
