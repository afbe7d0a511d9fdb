"""Pauses grow to the longest one; who is away is asked for a day, what is wrong a few times."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from procrastinate.jobs import Job

from config.clock import SystemClock
from config.errors import Unavailable
from config.retries import GrowingPauses

JOB = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="antin.react")


def pause(strategy: GrowingPauses, attempts: int, error: Exception) -> int | None:
    """Whole seconds until the next attempt."""
    decision = strategy.get_retry_decision(exception=error, job=JOB.evolve(attempts=attempts))
    if decision is None or decision.retry_at is None:
        return None
    return round((decision.retry_at - SystemClock(ZoneInfo("UTC")).now()).total_seconds())


@pytest.mark.parametrize(("attempts", "expected"), [(0, 2), (1, 4), (6, 128), (7, 256), (8, 300), (9, 300), (10, None)])
def test_pauses_double_up_to_the_longest_and_end(attempts: int, expected: int | None) -> None:
    assert pause(GrowingPauses(10, 300), attempts, ValueError()) == expected


@pytest.mark.parametrize("longest", [1, 4, 255, 256, 300, 3600])
def test_who_is_only_away_is_asked_for_a_day_at_least_and_not_for_two(longest: int) -> None:
    strategy, waited, attempts = GrowingPauses(10, longest), 0, 0
    while (seconds := pause(strategy, attempts, Unavailable("away"))) is not None:
        waited, attempts = waited + seconds, attempts + 1
    assert 24 * 3600 <= waited < 48 * 3600
