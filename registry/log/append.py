"""The integrator: gives waiting leaves their place, writes the tiles, has the new head signed (issuance step 6).

1. In one transaction, under a lock: leaves leave the queue and get the next indexes. The index is durable first.
2. Tiles and bundles are written from the database alone; a repeat writes the same bytes, or stops.
3. The signer signs the head if it extends the last one it signed; it keeps its own memory.
4. In one transaction: the checkpoint is stored, and each newly covered act is told.
5. The checkpoint is published.

It may be killed between any two and run again; two integrators at once end in the same log. It goes round until
nothing waits, a batch at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from config.access import SYSTEM
from config.errors import Refused
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.entries.events import EntryLogged
from registry.entries.models import EntryEvent
from registry.log.errors import LogBroken
from registry.log.known_key import ask_log_key, signed_by
from registry.log.merkle import consistency_path, leaf_hash, tree_root
from registry.log.models import LogLeaf, QueuedLeaf, SignedCheckpoint
from registry.log.tiles import Tiles
from signing.notes.note import NoteKey, key_id_of
from signing.requests.checkpoint import last_signed, sign_checkpoint

BATCH = 5000
LOCK = 7_418_203  # any constant: one integrator assigns indexes at a time


@dataclass(frozen=True)
class Growth:
    """Leaves from index `start` on, as they stand in the database."""

    start: int
    leaves: Sequence[bytes]
    hashes: Sequence[bytes]


class Overtaken(Exception):
    """Another integrator has had a longer log signed meanwhile."""


def integrate(unit: UnitOfWork) -> int:
    """Bring everything that waits into the log; the size of the signed tree afterwards.

    Raises LogBroken when files, database and signer do not agree, and what says that the signer does not answer.
    """
    key = ask_log_key(unit)
    behind = -1  # the size with which we were overtaken last: the other one's leaves must be in the database by now
    while True:
        with unit.begin(SYSTEM) as work:  # 1
            size = assign_indexes(work)
            more = work.session.scalar(sa.select(sa.exists(sa.select(QueuedLeaf.event_id))))
            covered = last_checkpoint(work)
        try:
            _cover(unit, covered, size, key)
        except Overtaken as error:
            if size <= behind:
                raise LogBroken("The signer has signed a longer log than the database holds.") from error
            behind = size
            continue
        if not more:
            return size


def _cover(unit: UnitOfWork, covered: SignedCheckpoint | None, size: int, key: NoteKey) -> None:
    """Steps 2 to 5 for the leaves that the newest signed head does not cover yet."""
    signed = covered.size if covered else 0
    if size == signed and (covered is None or signed_by(covered.note, key)):
        if covered is not None:
            publish_checkpoint(unit, covered.note)
        return
    tiles = Tiles(unit.tools[Settings].log_folder)
    _write_tiles(unit, tiles, signed, size)  # 2
    note, root = _sign(unit, tiles, size)  # 3
    with unit.begin(SYSTEM) as work:  # 4
        keep_checkpoint(work, size, root, note)
    publish_checkpoint(unit, note)  # 5


def assign_indexes(work: Work) -> int:
    """Step 1: the next indexes for what waits, in the order of the acts; the new number of leaves."""
    work.session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    size = work.session.scalar(sa.select(sa.func.coalesce(sa.func.max(LogLeaf.leaf_index) + 1, 0))) or 0
    waiting = sa.select(QueuedLeaf.event_id).order_by(QueuedLeaf.event_id).limit(BATCH)
    ids = sorted(
        work.session.scalars(
            sa.delete(QueuedLeaf).where(QueuedLeaf.event_id.in_(waiting)).returning(QueuedLeaf.event_id)
        )
    )
    events = {event.id: event for event in work.session.scalars(sa.select(EntryEvent).where(EntryEvent.id.in_(ids)))}
    for offset, event_id in enumerate(ids):
        work.session.add(LogLeaf(leaf_index=size + offset, event_id=event_id, leaf_hash=events[event_id].leaf_hash))
    work.session.flush()
    return int(size) + len(ids)


def last_checkpoint(work: Work) -> SignedCheckpoint | None:
    """The newest signed head; of those of one size the one that was signed last."""
    newest = sa.select(SignedCheckpoint).order_by(SignedCheckpoint.size.desc(), SignedCheckpoint.signed_at.desc())
    return work.session.scalar(newest.limit(1))


def growth_of(work: Work, start: int, end: int) -> Growth:
    """Leaves `start` to `end` (not included); raises LogBroken when a leaf no longer has its hash."""
    query = (
        sa.select(LogLeaf.leaf_hash, EntryEvent.body)
        .join(EntryEvent, EntryEvent.id == LogLeaf.event_id)
        .where(LogLeaf.leaf_index >= start, LogLeaf.leaf_index < end)
        .order_by(LogLeaf.leaf_index)
    )
    rows = work.session.execute(query).all()
    if len(rows) != end - start or any(leaf_hash(row.body) != row.leaf_hash for row in rows):
        raise LogBroken("The leaves in the database are not those that were entered.")
    return Growth(start, [row.body for row in rows], [row.leaf_hash for row in rows])


def _write_tiles(unit: UnitOfWork, tiles: Tiles, signed: int, size: int) -> None:
    """Step 2. Tiles may be ahead of the signed head (killed before step 3): what is there must be equal."""
    with unit.begin(SYSTEM) as work:
        growth = growth_of(work, signed, size)
    tiles.render(signed, growth.leaves, growth.hashes)


def _sign(unit: UnitOfWork, tiles: Tiles, size: int) -> tuple[str, bytes]:
    """Step 3. The signer may be ahead of the database by a head whose storing was cut off: it is signed again.

    Raises Overtaken when it is further ahead, or was so before our question reached it.
    """
    root = tree_root(size, tiles.node(size))
    old = last_signed(unit)
    if old is not None and old[0] > size:
        raise Overtaken
    proof = consistency_path(old[0], size, tiles.node(size)) if old else []
    try:
        return sign_checkpoint(unit, unit.tools[Settings].log_origin, old, size, root, proof), root
    except Refused as refusal:
        if last_signed(unit) != old:
            raise Overtaken from refusal
        raise


def keep_checkpoint(work: Work, size: int, root: bytes, note: str) -> None:
    """Step 4: store the head, once for each key of the log, and tell of each act that it newly covers."""
    work.session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    before, key_id = last_checkpoint(work), key_id_of(note)
    if before is not None and (before.size > size or (before.size == size and key_id_of(before.note) == key_id)):
        return
    head = SignedCheckpoint(size=size, key_id=key_id, root=root, note=note, signed_at=work.clock.now())
    work.session.add(head)
    newly = (
        sa.select(EntryEvent.entry_id, EntryEvent.seq)
        .join(LogLeaf, LogLeaf.event_id == EntryEvent.id)
        .where(LogLeaf.leaf_index >= (before.size if before else 0), LogLeaf.leaf_index < size)
        .order_by(LogLeaf.leaf_index)
    )
    for entry_id, seq in work.session.execute(newly).all():
        work.record(EntryLogged(entry_id, seq))


def publish_checkpoint(unit: UnitOfWork, note: str) -> None:
    """Step 5: the newest head that is stored becomes the public one."""
    with unit.begin(SYSTEM) as work:
        newest = last_checkpoint(work)
    tiles = Tiles(unit.tools[Settings].log_folder)
    text = newest.note if newest else note
    if tiles.read("checkpoint") != text.encode():
        tiles.publish(text)
