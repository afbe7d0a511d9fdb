"""Known bytes cost one statement, and what was proven of them is believed for the rows that it was proven for only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.models import Entry, EntryEvent, Paper
from registry.log.append import integrate
from registry.log.known_key import KnownLogKey
from registry.log.models import LogLeaf, SignedCheckpoint
from registry.verification import by_document
from registry.verification.by_document import verify_document
from registry.verification.examined import Examined
from registry.verification.result import Finding, Recorded
from signing.notes.note import NoteKey
from tests.documents import work_off
from tests.registry.conftest import Entered, edited, made_up_entry

Known = tuple[UUID, bytes]


@pytest.fixture
def known(live_unit: UnitOfWork, entered: Entered) -> Known:
    """A published file that was found good and proven just now, and its entry."""
    entry_id = entered()
    integrate(live_unit)
    work_off(live_unit)
    with live_unit.begin(SYSTEM) as work:
        digest = work.session.scalars(sa.select(Paper.published_sha256).where(Paper.entry_id == entry_id)).one()
    content = live_unit.tools[Storage].get(digest or "")
    assert verify_document(live_unit, content).finding is Finding.VALID
    return entry_id, content


@contextmanager
def statements(unit: UnitOfWork) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        asked.append(statement)

    with unit.begin(SYSTEM) as work:
        engine = work.session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_known_bytes_cost_two_statements_and_get_the_same_answer(live_unit: UnitOfWork, known: Known) -> None:
    _, content = known
    with statements(live_unit) as asked:
        again = verify_document(live_unit, content)
    assert len(asked) == 2  # the second: whether the paper was withdrawn
    live_unit.tools.add(Examined())
    anew = verify_document(live_unit, content)
    told = (again.finding, again.recorded, again.licence, again.reasons, again.notes)
    assert told == (anew.finding, anew.recorded, anew.licence, anew.reasons, anew.notes)
    assert [one["checks"] for one in again.signatures] == [one["checks"] for one in anew.signatures]


def _rows(entry_id: UUID) -> list[tuple[Any, Any, dict[str, Any]]]:
    act = sa.select(EntryEvent.id).where(EntryEvent.entry_id == entry_id).scalar_subquery()
    newest = sa.select(sa.func.max(SignedCheckpoint.size)).scalar_subquery()
    return [
        (Entry, Entry.id == entry_id, {"number": "other"}),
        (Paper, Paper.entry_id == entry_id, {"sk": bytes(32)}),
        (EntryEvent, EntryEvent.entry_id == entry_id, {"kind": "revoke"}),
        (SignedCheckpoint, SignedCheckpoint.size == newest, {"root": bytes(32)}),
        (LogLeaf, LogLeaf.event_id == act, {"leaf_index": 10**9}),
    ]


@pytest.mark.parametrize("which", range(5))
def test_a_row_that_is_changed_is_proved_again(
    live_unit: UnitOfWork, settings: Settings, known: Known, which: int
) -> None:
    entry_id, content = known
    table, row, changes = _rows(entry_id)[which]
    undo = LogLeaf.leaf_index == 10**9 if table is LogLeaf else None
    with edited(settings, table, row, undo, **changes):
        changed = verify_document(live_unit, content)
        assert changed.finding is not Finding.VALID
        assert verify_document(live_unit, content).finding is changed.finding
    assert verify_document(live_unit, content).finding is Finding.VALID


def test_the_day_is_asked_each_time(live_unit: UnitOfWork, known: Known) -> None:
    _, content = known
    later = live_unit.by(FrozenClock(datetime(2099, 1, 2, 5, tzinfo=UTC), live_unit.clock.zone))
    with statements(live_unit) as asked:
        assert verify_document(later, content).finding is Finding.EXPIRED
        assert verify_document(live_unit, content).finding is Finding.VALID
    assert len(asked) == 3


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was proved anew."""
    made: list[object] = []
    record_of: Callable[..., Any] = vars(by_document)["record_of"]

    def noting(*arguments: Any) -> Any:
        made.append(arguments[1])
        return record_of(*arguments)

    monkeypatch.setattr(by_document, "record_of", noting)
    return made


def test_a_log_that_has_grown_proves_it_anew_once(live_unit: UnitOfWork, known: Known, proofs: list[object]) -> None:
    _, content = known
    assert verify_document(live_unit, content).recorded is Recorded.YES
    assert proofs == []
    with live_unit.begin(SYSTEM) as work:
        enter(work, made_up_entry(live_unit))
    integrate(live_unit)
    for _ in range(2):
        assert verify_document(live_unit, content).recorded is Recorded.YES
    assert len(proofs) == 1


def test_without_the_log_s_key_or_under_another_one_nothing_is_taken_for_proven(
    live_unit: UnitOfWork, known: Known, proofs: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, content = known
    key = live_unit.tools[KnownLogKey].key
    assert key is not None
    monkeypatch.setattr(by_document, "learn_log_key", lambda unit: None)
    other = NoteKey(key.name, bytes(31) + b"1")
    expected = {None: Finding.LOG_UNREACHABLE, other: Finding.LOG_DISAGREES, key: Finding.VALID}
    try:
        for known_now, finding in expected.items():
            live_unit.tools.add(KnownLogKey(known_now, asked_about=_note(live_unit)))
            assert verify_document(live_unit, content).finding is finding
    finally:
        live_unit.tools.add(KnownLogKey(key))
    assert len(proofs) == 2


def _note(unit: UnitOfWork) -> str:
    newest = sa.select(SignedCheckpoint.note).order_by(SignedCheckpoint.size.desc()).limit(1)
    with unit.begin(SYSTEM) as work:
        return work.session.scalars(newest).one()


def test_what_is_proven_does_not_outlive_what_was_examined(
    live_unit: UnitOfWork, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, content = known
    asked: list[bytes] = []
    examined: Callable[..., Any] = by_document._examined

    def noting(unit: UnitOfWork, pdf: bytes) -> Any:
        asked.append(pdf)
        return examined(unit, pdf)

    monkeypatch.setattr(by_document, "_examined", noting)
    with live_unit.begin(SYSTEM) as work:
        enter(work, made_up_entry(live_unit))
    integrate(live_unit)
    verify_document(live_unit, content)  # proved anew, and known no longer for that
    monkeypatch.setattr("registry.verification.examined.KEPT", -1.0)
    assert verify_document(live_unit, content).finding is Finding.VALID
    assert asked == [content]
