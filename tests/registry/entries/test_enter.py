"""An entry is made once, of one document, under one number of its year, and its leaf says all that counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.agreement import disagreements
from registry.entries.canonical import from_canonical
from registry.entries.disclosures import Disclosure, encode
from registry.entries.enter import enter
from registry.entries.errors import EntryConflict, EntryNotPossible, NumberTaken, ReservationNotFound
from registry.entries.models import Entry, EntryEvent
from registry.entries.queries import papers_of
from registry.entries.reserve import void_paper
from tests.registry.conftest import made_up_entry


@pytest.fixture
def unit(unit: UnitOfWork, settings: Settings) -> UnitOfWork:
    unit.tools.add(settings)
    return unit


def test_the_leaf_says_all_that_counts_and_nothing_of_persons(unit: UnitOfWork, settings: Settings) -> None:
    new = made_up_entry(unit, decision="decision 7")
    with unit.begin(SYSTEM) as work:
        entry = enter(work, new)
        event = work.session.scalars(sa.select(EntryEvent).where(EntryEvent.entry_id == entry.id)).one()
        (paper,) = papers_of(work, entry.id)
        assert disagreements(entry, [paper], [event]) == []
    leaf = from_canonical(event.body)
    stated = {key: leaf[key] for key in ("t", "reg", "iss", "kind", "no", "eff", "exp", "st", "sl", "pdf")}
    assert stated == {
        "t": "issue",
        "reg": settings.registry_name,
        "iss": new.agency,
        "kind": "food_safety",
        "no": new.number,
        "eff": "2026-01-01",
        "exp": "2099-01-01",
        "st": 0,
        "sl": [paper.status_list, paper.status_index],
        "pdf": encode(new.pdf),
    }
    assert Disclosure(paper.decision).value == "decision 7"
    assert leaf["dec"] == Disclosure(paper.decision).digest
    assert leaf["pub"] == Disclosure(paper.public).digest
    for secret in ("Đỗ Ví Dụ", "12.5", "officer", "approver", "decision 7", entry.register_code):
        assert secret.encode() not in event.body


def test_the_same_number_may_stand_on_a_licence_of_another_year(unit: UnitOfWork) -> None:
    number = f"1/GP-{made_up_entry(unit).owner_key}"
    with unit.begin(SYSTEM) as work:
        enter(work, replace(made_up_entry(unit), number=number))
    with unit.begin(SYSTEM) as work:
        enter(work, replace(made_up_entry(unit), number=number, issued_on=date(2027, 1, 4)))
    with unit.begin(SYSTEM) as work, pytest.raises(NumberTaken):
        enter(work, replace(made_up_entry(unit), number=number, issued_on=date(2027, 6, 1)))


def test_what_contradicts_itself_or_others_is_not_entered(unit: UnitOfWork) -> None:
    first = made_up_entry(unit)
    with unit.begin(SYSTEM) as work:
        enter(work, first)
    for wrong, error in (
        (replace(made_up_entry(unit), valid_until=date(2025, 1, 1)), EntryNotPossible),
        (replace(made_up_entry(unit), auth=b"short"), EntryNotPossible),
        (replace(made_up_entry(unit), pdf=first.pdf), EntryConflict),
        (replace(first, sv=bytes(32)), EntryConflict),
        (replace(first, owner_key="nobody"), ReservationNotFound),
    ):
        with unit.begin(SYSTEM) as work, pytest.raises(error):
            enter(work, wrong)


def test_what_was_voided_meanwhile_is_not_entered(unit: UnitOfWork) -> None:
    new = made_up_entry(unit)
    with unit.begin(SYSTEM) as work:
        void_paper(work, new.owner_key, "A hold.")
    with unit.begin(SYSTEM) as work, pytest.raises(ReservationNotFound):
        enter(work, new)
    with unit.begin(SYSTEM) as work:
        assert work.session.scalar(sa.select(Entry).where(Entry.owner_key == new.owner_key)) is None


def test_each_thing_that_a_row_says_is_compared_with_the_act(unit: UnitOfWork) -> None:
    new = made_up_entry(unit)
    with unit.begin(SYSTEM) as work:
        enter(work, new)
    entry_changes = {
        "register_code": "0000000000001",
        "lid": bytes(16),
        "kind": "other",
        "agency": "other",
        "number": "other",
        "issued_on": date(2020, 1, 1),
        "valid_until": None,
        "title": {"vi": "x", "en": "x"},
        "agency_name": {"vi": "x", "en": "x"},
        "public_facts": [],
        "entered_at": unit.clock.now().replace(year=2020),
    }
    paper_changes = {name: bytes(32) for name in ("pdf", "sv", "sk", "auth", "ver")} | {
        "status_list": 77,
        "status_index": 77,
        "digests": [],
        "disclosures": ["WyJhIiwiYiIsImMiXQ"],
        "public": "WyJhIiwiYiIsImMiXQ",
        "decision": "WyJhIiwiYiIsImMiXQ",
    }
    event_changes = {"seq": 2, "kind": "renew", "body": b"{}", "leaf_hash": bytes(32), "prev": bytes(32)}
    for number, changes in enumerate((entry_changes, paper_changes, event_changes)):
        for name, value in changes.items():
            with unit.begin(SYSTEM) as work:
                entry = work.session.scalars(sa.select(Entry).where(Entry.owner_key == new.owner_key)).one()
                (paper,) = papers_of(work, entry.id)
                event = work.session.scalars(sa.select(EntryEvent).where(EntryEvent.entry_id == entry.id)).one()
                assert disagreements(entry, [paper], [event]) == []
                with work.session.no_autoflush:
                    setattr((entry, paper, event)[number], name, value)
                    assert disagreements(entry, [paper], [event]) != [], name
                work.session.expire_all()
