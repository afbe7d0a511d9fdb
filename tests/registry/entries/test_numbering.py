"""A book of numbers without gaps: each one stands on one document, or is recorded void with its reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from config.access import SYSTEM
from config.tokens import new_id
from config.unit_of_work import UnitOfWork, Work
from registry.entries.errors import ReservationSpent
from registry.entries.numbering import NumberSeries, reserve_number, series_of, use_number, void_number


@pytest.fixture
def series() -> NumberSeries:
    """Of an agency that no other test has used."""
    return NumberSeries(str(new_id()), "GP", 2026)


def next_year(series: NumberSeries) -> NumberSeries:
    return NumberSeries(series.agency, series.register, series.year + 1)


def states(work: Work, series: NumberSeries) -> list[tuple[int, str]]:
    return [(row.seq, row.state) for row in series_of(work, series)]


class GivesUp(Exception):
    """Somebody's transaction ends without a commit."""


def test_numbers_run_without_gaps_whoever_comes_at_once_and_gives_up(unit: UnitOfWork, series: NumberSeries) -> None:
    def reserve(owner: int) -> int | None:
        try:
            with unit.begin(SYSTEM) as work:
                number = reserve_number(work, series, f"{series.agency} {owner % 30}")
                if owner % 7 == 0:
                    raise GivesUp
                return number
        except GivesUp:
            return None

    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(reserve, range(60)))
    kept = {owner % 30: number for owner, number in enumerate(given) if number is not None}
    assert sorted(kept.values()) == list(range(1, len(kept) + 1))
    assert all(number in (None, kept[owner % 30]) for owner, number in enumerate(given))
    with unit.begin(SYSTEM) as work:
        assert [row.seq for row in series_of(work, series)] == sorted(kept.values())


def test_each_agency_register_and_year_counts_for_itself(work: Work, series: NumberSeries) -> None:
    others = (next_year(series), NumberSeries(series.agency, "QD", 2026), NumberSeries(str(new_id()), "GP", 2026))
    for number, one in enumerate((series, *others)):
        assert reserve_number(work, one, f"{series.agency} {number}") == 1
        assert reserve_number(work, one, f"{series.agency} {number} b") == 2


def test_a_number_is_found_again_and_void_ones_are_never_given_again(work: Work, series: NumberSeries) -> None:
    owner = series.agency
    assert [reserve_number(work, series, owner) for _ in range(3)] == [1, 1, 1]
    void_number(work, owner, "Withdrawn.")
    void_number(work, owner, "Withdrawn again.")
    assert reserve_number(work, series, owner) == 2
    assert states(work, series) == [(1, "void"), (2, "reserved")]
    assert series_of(work, series)[0].void_reason == "Withdrawn."


def test_a_new_year_gives_a_new_number_and_the_old_one_is_void(work: Work, series: NumberSeries) -> None:
    reserve_number(work, series, series.agency)
    assert reserve_number(work, next_year(series), series.agency) == 1
    assert states(work, series) == [(1, "void")]
    assert states(work, next_year(series)) == [(1, "reserved")]


def test_a_used_number_is_never_void(work: Work, series: NumberSeries) -> None:
    reserve_number(work, series, series.agency)
    use_number(work, series.agency)
    assert reserve_number(work, series, series.agency) == 1
    with pytest.raises(ReservationSpent):
        void_number(work, series.agency, "Too late.")
    assert reserve_number(work, next_year(series), series.agency) == 1
    assert states(work, series) == [(1, "used")]
    assert states(work, next_year(series)) == []
