"""The list of licences that a lost key touched stands in the order of their numbers, as the number registers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config import tokens
from config.access import SYSTEM
from config.compromise import Fate
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.compromise.models import LostKey, TouchedPaper
from registry.compromise.queries import losses
from registry.entries.enter import enter
from registry.entries.numbering import NumberSeries, reserve_number
from registry.entries.queries import papers_of
from tests.registry.conftest import made_up_entry

MARK = tokens.random_bytes(32).hex()


@pytest.fixture
def unit(unit: UnitOfWork, settings: Settings) -> UnitOfWork:
    unit.tools.add(settings)
    return unit


def entered(unit: UnitOfWork, series: NumberSeries, issued_on: date) -> None:
    """A licence with the next number of its series."""
    new = made_up_entry(unit)
    with unit.begin(SYSTEM) as work:
        number = f"{reserve_number(work, series, new.owner_key)}/{series.year}/{series.register}"
        entry = enter(work, replace(new, agency=series.agency, number=number, issued_on=issued_on))
        (paper,) = papers_of(work, entry.id)
        work.session.add(TouchedPaper(mark=MARK, paper_id=paper.id, fate=Fate.NEW_PAPER.value))


def a_loss(work: Work) -> None:
    now = work.clock.now()
    work.session.add(LostKey(mark=MARK, key_class="official", name="lost", lost_since=now, retired_at=now, reason=""))


def test_two_comes_before_ten_and_each_series_stands_together(unit: UnitOfWork) -> None:
    agency, day = f"test {MARK[:10]}", date(2026, 3, 2)
    kites, wells = NumberSeries(agency, "KITES", 2026), NumberSeries(agency, "WELLS", 2026)
    with unit.begin(SYSTEM) as work:
        a_loss(work)
    for _ in range(10):
        entered(unit, kites, day)
    entered(unit, NumberSeries(agency, "KITES", 2027), date(2027, 1, 4))
    entered(unit, wells, day)
    with unit.begin(SYSTEM) as work:
        (loss,) = [found for found in losses(work) if found.key.mark == MARK]
        numbers = [one.number for one in loss.by_hand]
        work.session.query(TouchedPaper).filter_by(mark=MARK).delete()
        work.session.query(LostKey).filter_by(mark=MARK).delete()
    assert numbers == [*(f"{seq}/2026/KITES" for seq in range(1, 11)), "1/2027/KITES", "1/2026/WELLS"]
