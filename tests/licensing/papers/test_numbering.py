"""Numbers of papers run without a gap for each agency, kind and year; a rolled-back one is given to the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.papers.numbering import paper_number, reserve_number


def test_series_count_for_themselves(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        series = [("A", 2026), ("A", 2026), ("B", 2026), ("A", 2027)]
        assert [reserve_number(work, agency, "refusal", year) for agency, year in series] == [1, 2, 1, 1]


def test_a_number_of_a_transaction_that_failed_is_given_again(unit: UnitOfWork) -> None:
    with pytest.raises(ValueError, match="no"), unit.begin(SYSTEM) as work:
        assert reserve_number(work, "A", "refusal", 2026) == 1
        raise ValueError("no")
    with unit.begin(SYSTEM) as work:
        assert reserve_number(work, "A", "refusal", 2026) == 1


def test_many_at_once_get_every_number_once(unit: UnitOfWork) -> None:
    def reserve(_: int) -> int:
        with unit.begin(SYSTEM) as work:
            return reserve_number(work, "A", "refusal", 2026)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(reserve, range(12))) == list(range(1, 13))


def test_a_number_is_printed_with_its_kind_and_agency() -> None:
    assert paper_number("refusal", 12, "SNNMT") == "12/TB-SNNMT"
