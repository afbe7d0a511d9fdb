"""What the register says of a licence is what the log proves: rows can be edited, leaves cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from config.access import SYSTEM, VISITOR
from config.clock import FrozenClock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.models import Entry, EntryEvent, Paper
from registry.log.append import integrate
from registry.log.known_key import KnownLogKey
from registry.log.models import SignedCheckpoint
from registry.log.tiles import tile_path
from registry.verification.by_code import verify_code
from registry.verification.publish import publish
from registry.verification.ready import ready_answer, stored_answer
from registry.verification.result import Colour, Finding, Recorded, Result
from tests.registry.conftest import edited, made_up_entry


def logged(unit: UnitOfWork, **changes: Any) -> str:
    """The register code of a logged entry; the log has at least one leaf beside it."""
    for one in (made_up_entry(unit), made_up_entry(unit, **changes)):
        with unit.begin(SYSTEM) as work:
            code = enter(work, one).register_code
    integrate(unit)
    return code


def verdict(unit: UnitOfWork, code: str) -> Result:
    with unit.begin(VISITOR) as work:
        return verify_code(work, code)


@contextmanager
def away(settings: Settings, size: int, instead: bytes | None = None) -> Iterator[None]:
    """The growing tile of hashes is gone, or stands with other bytes."""
    path = settings.log_folder / tile_path(0, size // 256, size % 256)
    content = path.read_bytes()
    path.unlink()
    if instead is not None:
        path.write_bytes(instead)
    try:
        yield
    finally:
        path.write_bytes(content)


NEWEST = sa.select(SignedCheckpoint.size, SignedCheckpoint.key_id).order_by(SignedCheckpoint.size.desc()).limit(1)
ENTRY_CHANGES = [
    {"valid_until": date(2199, 1, 1)},
    {"valid_until": None},
    {"issued_on": date(2025, 1, 1)},
    {"number": "other"},
    {"kind": "other"},
    {"agency": "other"},
    {"public_facts": []},
    {"title": {"vi": "x", "en": "x"}},
    {"lid": bytes(16)},
]


@pytest.mark.parametrize("changes", ENTRY_CHANGES, ids=lambda changes: next(iter(changes)))
def test_an_edited_row_does_not_become_true(live_unit: UnitOfWork, settings: Settings, changes: dict[str, Any]) -> None:
    code = logged(live_unit, valid_until=date(2026, 1, 2))
    assert verdict(live_unit, code).finding is Finding.EXPIRED
    with edited(settings, Entry, Entry.register_code == code, **changes):
        result = verdict(live_unit, code)
    assert (result.finding, result.recorded, result.verdict) == (Finding.LOG_DISAGREES, Recorded.NO, Colour.RED)
    assert result.licence is None
    assert result.reasons


def test_another_licences_act_does_not_count(live_unit: UnitOfWork, settings: Settings) -> None:
    good, other = logged(live_unit), logged(live_unit)
    with live_unit.begin(SYSTEM) as work:
        query = sa.select(Entry.id).where(Entry.register_code == other)
        other_id = work.session.scalars(query).one()
        event = work.session.scalars(
            sa.select(EntryEvent.id).join(Entry, Entry.id == EntryEvent.entry_id).where(Entry.register_code == good)
        ).one()
    with edited(settings, EntryEvent, EntryEvent.id == event, entry_id=other_id, seq=2):
        assert verdict(live_unit, good).finding is Finding.LOG_DISAGREES
        assert verdict(live_unit, other).finding is Finding.LOG_DISAGREES
    assert verdict(live_unit, good).finding is Finding.VALID


def test_a_changed_leaf_paper_or_checkpoint_is_red(live_unit: UnitOfWork, settings: Settings) -> None:
    code = logged(live_unit)
    with live_unit.begin(SYSTEM) as work:
        entry = work.session.scalars(sa.select(Entry).where(Entry.register_code == code)).one()
        size, key_id = work.session.execute(NEWEST).one()
        body = work.session.scalars(sa.select(EntryEvent.body).where(EntryEvent.entry_id == entry.id)).one()
        note = work.session.get_one(SignedCheckpoint, (size, key_id)).note
    longer = body.replace(b'"exp":"2099', b'"exp":"2199')
    changes: list[tuple[Any, Any, dict[str, Any]]] = [
        (EntryEvent, EntryEvent.entry_id == entry.id, {"body": longer}),
        (EntryEvent, EntryEvent.entry_id == entry.id, {"body": b"\xff no leaf"}),
        (Paper, Paper.entry_id == entry.id, {"pdf": bytes(32)}),
        (Paper, Paper.entry_id == entry.id, {"public": "WyJhIiwicHVibGljIiwie30iXQ"}),
        (SignedCheckpoint, SignedCheckpoint.size == size, {"note": note[:-9] + "AAAAAAA=\n"}),
        (SignedCheckpoint, SignedCheckpoint.size == size, {"root": bytes(32)}),
    ]
    for table, which, change in changes:
        with edited(settings, table, which, **change):
            assert verdict(live_unit, code).finding is Finding.LOG_DISAGREES, change
    assert verdict(live_unit, code).finding is Finding.VALID


def test_a_log_that_cannot_be_reached_is_amber_and_no_such_answer_is_kept(
    live_unit: UnitOfWork, settings: Settings
) -> None:
    code, expired = logged(live_unit), logged(live_unit, valid_until=date(2026, 1, 2))
    size = integrate(live_unit)
    with away(settings, size):
        result = verdict(live_unit, code)
        assert (result.finding, result.recorded, result.verdict) == (
            Finding.LOG_UNREACHABLE,
            Recorded.UNKNOWN,
            Colour.AMBER,
        )
        assert verdict(live_unit, expired).verdict is Colour.RED  # what takes nothing but trust away is still said
        with live_unit.begin(SYSTEM) as work:
            entry = work.session.scalars(sa.select(Entry).where(Entry.register_code == code)).one()
            assert b'"finding":"log_unreachable"' in publish(work, entry.id)
        with live_unit.begin(VISITOR) as work:
            assert stored_answer(work, code) is None
            assert b'"finding":"log_unreachable"' in ready_answer(work, code).body
            assert stored_answer(work, code) is None
    with live_unit.begin(VISITOR) as work:
        assert b'"finding":"valid"' in ready_answer(work, code).body
        assert stored_answer(work, code) is not None


def test_an_altered_tile_is_red(live_unit: UnitOfWork, settings: Settings) -> None:
    code = logged(live_unit)
    size = integrate(live_unit)
    with away(settings, size, bytes(32 * (size % 256))):
        result = verdict(live_unit, code)
    assert (result.finding, result.recorded) == (Finding.LOG_DISAGREES, Recorded.NO)


def test_without_the_key_of_the_log_nothing_is_proved(live_unit: UnitOfWork) -> None:
    code = logged(live_unit)
    live_unit.tools._parts.pop(KnownLogKey)
    assert verdict(live_unit, code).finding is Finding.LOG_UNREACHABLE


def test_a_licence_of_a_later_day_is_not_in_force_yet_and_becomes_so(
    dated_unit: UnitOfWork, clock: FrozenClock
) -> None:
    today = clock.today()
    code = logged(dated_unit, issued_on=date(today.year, today.month, today.day + 2), valid_until=None)
    result = verdict(dated_unit, code)
    assert (result.finding, result.recorded, result.verdict) == (Finding.NOT_YET, Recorded.YES, Colour.RED)
