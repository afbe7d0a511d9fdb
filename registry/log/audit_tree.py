"""The half of the audit that rebuilds the tree: each index, hash, tile, bundle and signed head; a leaf is read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.models import EntryEvent
from registry.log.append import last_checkpoint
from registry.log.errors import LogUnreachable
from registry.log.known_key import signed_by
from registry.log.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_of
from registry.log.models import LogLeaf, QueuedLeaf, SignedCheckpoint
from registry.log.proofs import note_fault
from registry.log.tiles import CHECKPOINT, WIDTH, Tiles, framed, tile_path
from signing.notes.note import NoteKey

AT_ONCE = 1000  # leaves that are held in memory


@dataclass
class Growing:
    """A tree that grows leaf by leaf: `peaks` are the roots of its complete subtrees, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """One more leaf hash."""
        place = self.size
        while place & 1:
            leaf, place = node_hash(self.peaks.pop(), leaf), place >> 1
        self.peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


@dataclass
class Level:
    """The tile of one level that is being filled."""

    level: int | str
    number: int = 0
    row: list[bytes] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return self.content_of(len(self.row))

    def content_of(self, width: int) -> bytes:
        """The bytes of the first `width`."""
        part = self.row[:width]
        return framed(part) if self.level == "entries" else b"".join(part)

    def check(self, tiles: Tiles) -> Iterator[str]:
        """The tile's file, and every file that it grew through."""
        path = tile_path(self.level, self.number, len(self.row))
        try:
            if tiles.read(path) != self.content:
                yield f"{path}: is missing or has other bytes"
            for width, content in tiles.begun(self.level, self.number):
                if width <= len(self.row) and content != self.content_of(width):
                    yield f"{tile_path(self.level, self.number, width)}: has other bytes"
        except LogUnreachable as error:
            yield error.detail


class Rebuilt:
    """The files of the log as its leaves make them, compared with those that are public."""

    def __init__(self, tiles: Tiles) -> None:
        self._tiles = tiles
        self._entries = Level("entries")
        self._levels: list[Level] = []

    def add(self, body: bytes) -> Iterator[str]:
        """One more leaf."""
        self._entries.row.append(body)
        if len(self._entries.row) == WIDTH:
            yield from self._next(self._entries)
        yield from self._hash(0, leaf_hash(body))

    def _hash(self, number: int, value: bytes) -> Iterator[str]:
        if number == len(self._levels):
            self._levels.append(Level(number))
        level = self._levels[number]
        level.row.append(value)
        if len(level.row) == WIDTH:
            above = root_of(level.row)
            yield from self._next(level)
            yield from self._hash(number + 1, above)

    def _next(self, level: Level) -> Iterator[str]:
        yield from level.check(self._tiles)
        level.row, level.number = [], level.number + 1

    def end(self) -> Iterator[str]:
        """The tiles that are not full."""
        for level in (self._entries, *self._levels):
            if level.row:
                yield from level.check(self._tiles)


@dataclass(frozen=True)
class LogKeys:
    """The log's key, and those that were lost, each with the instant in which it was retired."""

    present: NoteKey
    former: Sequence[tuple[NoteKey, datetime]] = ()

    def fault(self, head: SignedCheckpoint) -> str | None:
        """What is wrong with the signature of a head; a lost key counts for what it signed before it was retired."""
        for key, retired_at in self.former:
            if head.signed_at <= retired_at and signed_by(head.note, key):
                return note_fault(head, key)
        return note_fault(head, self.present)


def audit_tree(work: Work, keys: LogKeys, signed: tuple[int, bytes] | None) -> Iterator[str]:
    """What does not agree; `signed` is size and root of the head that the signer remembers."""
    newest = last_checkpoint(work)
    covered = newest.size if newest else 0
    yield from _leaves(work, keys, covered)
    if newest is None:
        return
    if signed is None or (signed[0] <= newest.size and signed != (newest.size, newest.root)):
        yield "the signer remembers another head than the newest checkpoint"
    try:
        published = Tiles(work.tools[Settings].log_folder).read(CHECKPOINT)
    except LogUnreachable:
        published = None
    if published != newest.note.encode():
        yield "the published checkpoint is not the newest"


def _leaves(work: Work, keys: LogKeys, covered: int) -> Iterator[str]:
    """Indexes without gaps, each leaf in its tile and bundle, each head the root of the leaves below it."""
    tree, rebuilt = Growing(), Rebuilt(Tiles(work.tools[Settings].log_folder))
    heads: dict[int, list[SignedCheckpoint]] = {}
    for head in work.session.scalars(sa.select(SignedCheckpoint)):
        heads.setdefault(head.size, []).append(head)
    query = (
        sa.select(LogLeaf.leaf_index, LogLeaf.leaf_hash, EntryEvent.body)
        .join(EntryEvent, EntryEvent.id == LogLeaf.event_id)
        .order_by(LogLeaf.leaf_index)
        .execution_options(yield_per=AT_ONCE)
    )
    for index, in_log, body in work.session.execute(query):
        if index != tree.size or in_log != leaf_hash(body):
            yield f"leaf {tree.size}: is not the act it should be"
        tree.add(leaf_hash(body))
        if tree.size <= covered:
            yield from rebuilt.add(body)
        for head in heads.pop(tree.size, ()):
            yield from _head(head, tree, keys)
    yield from rebuilt.end()
    yield from (f"checkpoint {size}: covers leaves that are not there" for size in heads)
    waiting = work.session.scalar(sa.select(sa.func.count()).select_from(QueuedLeaf)) or 0
    acts = work.session.scalar(sa.select(sa.func.count()).select_from(EntryEvent)) or 0
    if acts != tree.size + waiting:
        yield f"{acts} acts, but {tree.size} in the log and {waiting} waiting"


def _head(head: SignedCheckpoint, tree: Growing, keys: LogKeys) -> Iterator[str]:
    if fault := keys.fault(head):
        yield f"checkpoint {head.size}: {fault}"
    if tree.root != head.root:
        yield f"checkpoint {head.size}: is not the root of its leaves"
