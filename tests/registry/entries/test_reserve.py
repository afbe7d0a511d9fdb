"""What a paper carries is reserved once, found again, and never given to another paper."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from config.tokens import new_id
from config.unit_of_work import UnitOfWork, Work
from registry.entries import reserve
from registry.entries.disclosures import commitment_of
from registry.entries.enter import enter
from registry.entries.errors import EntryConflict, ReservationNotFound, ReservationSpent
from registry.entries.models import Paper, PaperReservation
from registry.entries.reserve import LIST_SIZE, commit_facts, reservation_of, reserve_paper, void_paper
from tests.registry.conftest import made_up_entry

FACTS = {"owner_name": "Đỗ Ví Dụ", "area": 12.5, "rooms": {"b": 1, "kitchen": None}}


@pytest.fixture
def owner() -> str:
    return str(new_id())


def marks(held: PaperReservation) -> tuple[bytes, str, int, int]:
    return held.lid, held.register_code, held.status_list, held.status_index


def test_marks_are_found_again_also_by_those_who_come_at_once(unit: UnitOfWork, owner: str) -> None:
    def ask(_: int) -> tuple[bytes, str, int, int]:
        with unit.begin(SYSTEM) as work:
            return marks(reserve_paper(work, owner))

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ask, range(12)))) == 1


def test_after_a_void_there_are_fresh_marks_and_the_old_ones_stay_recorded(work: Work, owner: str) -> None:
    first = marks(reserve_paper(work, owner))
    commit_facts(work, owner, FACTS)
    void_paper(work, owner, "The decision was set aside.")
    void_paper(work, owner, "Again.")
    second = reserve_paper(work, owner)
    assert second.state == "reserved"
    assert not set(first[:2]) & set(marks(second)[:2])
    assert (first[2:]) != marks(second)[2:]
    query = sa.select(PaperReservation).where(PaperReservation.owner_key == owner, PaperReservation.state == "void")
    void = work.session.scalars(query).one()
    assert (marks(void), void.void_reason, void.disclosures) == (first, "The decision was set aside.", [])


def test_places_are_spread_over_a_list_and_a_full_list_is_followed_by_the_next(
    work: Work, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [reserve_paper(work, f"{owner} {number}").status_index for number in range(20)]
    assert all(0 <= place < LIST_SIZE for place in places)
    assert places != sorted(places)
    newest = work.session.scalars(sa.select(sa.func.max(PaperReservation.status_list))).one()
    monkeypatch.setattr(reserve, "LIST_SIZE", 1)
    for number in range(3):
        reserve_paper(work, f"{owner} full {number}")
    found = work.session.execute(
        sa.select(PaperReservation.status_list, PaperReservation.status_index)
        .where(PaperReservation.owner_key.like(f"{owner} full %"))
        .order_by(PaperReservation.status_list)
    ).all()
    assert [row.status_index for row in found] == [0, 0, 0]
    assert len({row.status_list for row in found}) == 3
    assert found[-1].status_list > newest


def test_facts_are_committed_to_before_the_paper_is_sealed(unit: UnitOfWork, settings: Settings) -> None:
    unit.tools.add(settings)
    new = made_up_entry(unit, facts=FACTS)
    with unit.begin(SYSTEM) as work:
        first = commit_facts(work, new.owner_key, {"owner_name": "somebody else"})
        ver = commit_facts(work, new.owner_key, FACTS)
        assert first != ver
        assert len(ver) == 32
        assert reserve_paper(work, new.owner_key).ver == ver
    with unit.begin(SYSTEM) as work:
        assert commit_facts(work, new.owner_key, dict(reversed(FACTS.items()))) == ver
        entry = enter(work, new)
        paper = work.session.scalars(sa.select(Paper).where(Paper.entry_id == entry.id)).one()
        assert paper.ver == ver == commitment_of(paper.digests)
        assert (paper.status_list, paper.status_index) == marks(reservation_of(work, new.owner_key))[2:]
        with pytest.raises(ReservationSpent):
            commit_facts(work, new.owner_key, FACTS)
        with pytest.raises(ReservationSpent):
            void_paper(work, new.owner_key, "Too late.")


def test_a_paper_with_a_commitment_is_not_entered_with_other_facts(unit: UnitOfWork, settings: Settings) -> None:
    unit.tools.add(settings)
    new = made_up_entry(unit, facts=FACTS | {"area": 13})
    with unit.begin(SYSTEM) as work:
        commit_facts(work, new.owner_key, FACTS)
        with pytest.raises(EntryConflict):
            enter(work, new)


def test_nothing_is_committed_to_for_what_is_not_reserved_or_void(work: Work, owner: str) -> None:
    with pytest.raises(ReservationNotFound):
        commit_facts(work, owner, FACTS)
    reserve_paper(work, owner)
    void_paper(work, owner, "Withdrawn.")
    with pytest.raises(ReservationNotFound):
        commit_facts(work, owner, FACTS)
