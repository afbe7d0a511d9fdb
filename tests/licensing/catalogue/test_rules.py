"""Which revision counts on a day, and on which day a procedure is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.catalogue.rules import in_force, is_closed


@dataclass(frozen=True)
class Revision:
    effective_from: date
    effective_until: date | None = None


FIRST, SECOND = Revision(date(2026, 1, 1)), Revision(date(2026, 7, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-12-31", None),
        ("2026-01-01", FIRST),
        ("2026-06-30", FIRST),
        ("2026-07-01", SECOND),
        ("2027-05-01", SECOND),
    ],
)
def test_the_latest_that_has_begun_counts(day: str, expected: Revision | None) -> None:
    assert in_force([SECOND, FIRST], date.fromisoformat(day)) == expected


@given(
    st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), unique=True), st.dates(date(2026, 1, 1), date(2027, 1, 1))
)
def test_a_revision_of_the_future_never_counts(days: list[date], today: date) -> None:
    found = in_force([Revision(day) for day in days], today)
    assert found is None or found.effective_from <= today
    assert (found is None) == all(day > today for day in days)


def test_a_procedure_ends_after_its_last_day_or_from_the_day_it_is_closed() -> None:
    end = date(2026, 12, 31)
    assert not is_closed(SECOND, None, end) and is_closed(SECOND, None, end + timedelta(days=1))
    assert not is_closed(FIRST, end, end - timedelta(days=1)) and is_closed(FIRST, end, end)
    assert not is_closed(FIRST, None, date(2099, 1, 1))
