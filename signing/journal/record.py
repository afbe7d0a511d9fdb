"""Appends to the signing journal and checks its chain. Only the signer's database role may append."""

import hashlib
import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from config.clock import Clock
from signing.journal.errors import JournalBroken
from signing.journal.models import JournalLine
from signing.pki.keyfolder import write_private

LINES = cast(sa.Table, JournalLine.__table__)
COLUMNS = [column.name for column in LINES.columns if column.name != "hash"]
START = "0" * 64

# One statement, so that one question to the database does: a line is appended only to the end that the signer left.
# Should two signer processes meet, the second one finds another end, or the number taken.
_LAST = sa.select(LINES.c.hash).order_by(LINES.c.seq.desc()).limit(1).scalar_subquery()
_LINE = sa.select(*(sa.bindparam(column.name, type_=column.type) for column in LINES.columns)).where(
    sa.func.coalesce(_LAST, START) == sa.bindparam("prev", type_=LINES.c.prev.type)
)
APPEND = sa.insert(LINES).from_select(LINES.columns.keys(), _LINE).returning(LINES.c.seq)


@dataclass(frozen=True)
class KeyUse:
    """What a key is asked for: `digest` is the SHA-256 (hex) of exactly the octets that it signs."""

    key: str
    purpose: str
    digest: str
    request_id: UUID | None = None
    on_behalf_of: str = ""


class Journal:
    """The journal as the signer process keeps it; remembers its end in a file of its own, so that a cut shows."""

    def __init__(self, engine: sa.Engine, folder: Path, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._memory = folder / "journal-end.json"
        self._guard = threading.Lock()
        self._end: tuple[int, str] | None = None

    def check(self) -> None:
        """Refuse a journal that is shorter than remembered, or changed since (JournalBroken); asked at every start."""
        seq, known = json.loads(self._memory.read_text()) if self._memory.exists() else (0, START)
        with self._engine.connect() as connection:
            query = sa.select(LINES).where(LINES.c.seq >= seq).order_by(LINES.c.seq)
            lines = connection.execute(query).mappings().all()
        if seq:
            if not lines or lines[0]["hash"] != known or hash_line(lines[0]) != known:
                raise JournalBroken("The signing journal is not the one that the signer remembers.")
            lines = lines[1:]
        self._end = verify_chain(lines, (seq, known))

    def record(self, use: KeyUse, outcome: str, reason: str = "") -> None:
        """Append one line and commit it; when this returns, the line is there to stay."""
        with self._guard:
            if self._end is None:
                self.check()
            # None until it is committed: whoever comes after a failure checks again.
            (seq, prev), self._end = self._end or (0, START), None
            values = {**asdict(use), "seq": seq + 1, "at": self._clock.now(), "outcome": outcome}
            values |= {"reason": reason, "prev": prev}
            line_hash = hash_line(values)
            with self._engine.begin() as connection:
                if connection.execute(APPEND, values | {"hash": line_hash}).first() is None:
                    raise JournalBroken("The signing journal does not end where the signer left it.")
            self._end = (seq + 1, line_hash)
            write_private(self._memory, json.dumps(self._end).encode())

    def signed_digests(self, request_id: UUID, purpose: str, after: datetime | None = None) -> set[str]:
        """Digests that a key already signed for this request and purpose, all or those behind an instant."""
        query = sa.select(LINES.c.digest).where(
            LINES.c.request_id == request_id, LINES.c.purpose == purpose, LINES.c.outcome == "signed"
        )
        if after is not None:
            query = query.where(LINES.c.at > after)
        with self._engine.connect() as connection:
            return set(connection.scalars(query))

    def has(self, use: KeyUse) -> bool:
        """Whether there is a line about this digest, key and purpose."""
        query = sa.select(LINES.c.seq).where(
            LINES.c.key == use.key, LINES.c.purpose == use.purpose, LINES.c.digest == use.digest
        )
        with self._engine.connect() as connection:
            return connection.scalar(query.limit(1)) is not None

    def used(self, key: str) -> bool:
        """Whether this key ever signed."""
        query = sa.select(LINES.c.seq).where(LINES.c.key == key, LINES.c.outcome == "signed").limit(1)
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None


def hash_line(line: "sa.RowMapping | dict[str, object]") -> str:
    """SHA-256 (hex) over the fields of a line but its own hash, as JSON with sorted keys; `prev` makes the chain."""
    fields = {name: _plain(line[name]) for name in COLUMNS}
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain(lines: Iterable[sa.RowMapping], after: tuple[int, str] = (0, START)) -> tuple[int, str]:
    """Walk the lines that follow `after`; the last number and hash, or JournalBroken with the place."""
    seq, prev = after
    for line in lines:
        if line["seq"] != seq + 1 or line["prev"] != prev or hash_line(line) != line["hash"]:
            raise JournalBroken(f"The signing journal is broken at line {seq + 1}.")
        seq, prev = line["seq"], line["hash"]
    return seq, prev


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
