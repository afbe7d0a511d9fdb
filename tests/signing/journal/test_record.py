"""The signing journal: only the signer's role writes it, and whatever is done to it afterwards shows."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from config.clock import FrozenClock
from config.database import make_engine
from config.settings import Settings
from signing.journal.errors import JournalBroken
from signing.journal.record import LINES, Journal, KeyUse, hash_line, verify_chain

REQUEST = UUID("6f1c1d5e-0000-4000-8000-000000000001")
USE = KeyUse("seal-health", "seal", hashlib.sha256(b"x").hexdigest(), REQUEST, "Sở Y tế")
Owner = Callable[[str], None]


@pytest.fixture
def engine_of_signer(settings: Settings, database: sa.Engine) -> Iterator[sa.Engine]:
    engine = make_engine(settings.database_signer_url)
    yield engine
    engine.dispose()


@pytest.fixture
def journal(engine_of_signer: sa.Engine, clock: FrozenClock, tmp_path: Path) -> Journal:
    return Journal(engine_of_signer, tmp_path, clock)


@pytest.fixture
def owner(settings: Settings) -> Owner:
    """Runs a statement as the owner of the tables, who can do everything."""

    def run(statement: str) -> None:
        address = settings.database_owner_url
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    return run


def _lines(engine: sa.Engine) -> list[sa.RowMapping]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(LINES).order_by(LINES.c.seq)).mappings())


def test_lines_are_numbered_and_chained(journal: Journal, engine_of_signer: sa.Engine, clock: FrozenClock) -> None:
    journal.record(USE, "asked")
    clock.advance(microseconds=1)
    journal.record(USE, "signed")
    lines = _lines(engine_of_signer)
    assert [line["seq"] for line in lines] == [1, 2]
    assert lines[1]["prev"] == lines[0]["hash"] == hash_line(lines[0])
    assert lines[0]["at"] == datetime.fromisoformat("2026-02-12T03:00:00+00:00")
    assert verify_chain(lines) == (2, lines[1]["hash"])


def test_it_is_continued_by_another_process(
    journal: Journal, engine_of_signer: sa.Engine, clock: FrozenClock, tmp_path: Path
) -> None:
    journal.record(USE, "asked")
    again = Journal(engine_of_signer, tmp_path, clock)
    again.check()
    again.record(USE, "refused", "WrongPin: no")
    assert len(_lines(engine_of_signer)) == 2


def test_what_was_signed_for_a_request_is_remembered(journal: Journal) -> None:
    journal.record(USE, "asked")
    assert journal.signed_digests(REQUEST, "seal") == set()
    assert not journal.used("seal-health")
    journal.record(USE, "signed")
    assert journal.signed_digests(REQUEST, "seal") == {USE.digest}
    assert journal.signed_digests(REQUEST, "official") == set()
    assert journal.used("seal-health")


@pytest.mark.parametrize("column", ["key", "purpose", "digest", "on_behalf_of", "reason", "outcome", "prev", "hash"])
def test_a_changed_line_breaks_the_chain(journal: Journal, engine_of_signer: sa.Engine, column: str) -> None:
    for outcome in ("asked", "signed"):
        journal.record(USE, outcome)
    lines: list[object] = list(_lines(engine_of_signer))
    changed = {**_lines(engine_of_signer)[0], column: "changed"}
    with pytest.raises(JournalBroken, match="line 1"):
        verify_chain([changed, lines[1]])  # type: ignore[list-item]


def test_a_line_taken_out_breaks_the_chain(journal: Journal, engine_of_signer: sa.Engine) -> None:
    for _ in range(3):
        journal.record(USE, "asked")
    lines = _lines(engine_of_signer)
    with pytest.raises(JournalBroken, match="line 2"):
        verify_chain([lines[0], lines[2]])


def test_a_line_cut_off_at_the_end_stops_the_next_use_and_the_next_start(
    journal: Journal, engine_of_signer: sa.Engine, clock: FrozenClock, tmp_path: Path, owner: Owner
) -> None:
    for _ in range(3):
        journal.record(USE, "asked")
    owner("DELETE FROM signing_journal WHERE seq = 3")
    with pytest.raises(JournalBroken):
        journal.record(USE, "asked")
    with pytest.raises(JournalBroken, match="remembers"):
        Journal(engine_of_signer, tmp_path, clock).check()


def test_a_line_put_in_by_somebody_else_stops_the_next_use(journal: Journal, owner: Owner) -> None:
    journal.record(USE, "asked")
    owner(
        "INSERT INTO signing_journal (seq, at, key, purpose, digest, on_behalf_of, outcome, reason, prev, hash) "
        "VALUES (2, now(), 'k', 'seal', 'd', '', 'signed', '', 'p', 'h')"
    )
    with pytest.raises(JournalBroken):
        journal.record(USE, "signed")
    with pytest.raises(JournalBroken):
        journal.record(USE, "signed")


def test_a_rewritten_past_is_noticed_at_the_start(
    journal: Journal, engine_of_signer: sa.Engine, clock: FrozenClock, tmp_path: Path, owner: Owner
) -> None:
    journal.record(USE, "asked")
    owner("UPDATE signing_journal SET key = 'another'")
    with pytest.raises(JournalBroken):
        Journal(engine_of_signer, tmp_path, clock).check()


def test_after_a_failed_write_the_journal_goes_on_where_it_was(journal: Journal, engine_of_signer: sa.Engine) -> None:
    journal.record(USE, "asked")
    with pytest.raises(sa.exc.IntegrityError):
        journal.record(USE, "burnt")
    journal.record(USE, "signed")
    assert verify_chain(_lines(engine_of_signer))[0] == 2


@pytest.mark.parametrize("statement", ["DELETE FROM signing_journal", "UPDATE signing_journal SET reason = ''"])
def test_the_signer_cannot_rewrite_and_the_app_cannot_write(
    journal: Journal,
    engine_of_signer: sa.Engine,
    database: sa.Engine,
    clock: FrozenClock,
    tmp_path: Path,
    statement: str,
) -> None:
    journal.record(USE, "asked")
    for engine in (engine_of_signer, database):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), engine.begin() as connection:
            connection.execute(sa.text(statement))
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        Journal(database, tmp_path / "other", clock).record(USE, "asked")


def test_two_writers_at_once_do_not_break_the_chain(journal: Journal, engine_of_signer: sa.Engine) -> None:
    def write() -> None:
        for _ in range(10):
            journal.record(USE, "asked")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify_chain(_lines(engine_of_signer))[0] == 40
