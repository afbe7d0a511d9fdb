"""Recompute everything that the log claims, from the entries up; says each thing that does not agree."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.entries.canonical import from_canonical
from registry.entries.disclosures import commitment_of, encode, from_lists
from registry.entries.errors import LeafNotCanonical
from registry.entries.leaf import agrees
from registry.entries.models import Entry, EntryEvent, Paper
from registry.log.append import growth_of, last_checkpoint
from registry.log.errors import LogBroken
from registry.log.merkle import leaf_hash, root_of, tree_root
from registry.log.models import LogLeaf, QueuedLeaf, SignedCheckpoint
from registry.log.tiles import CHECKPOINT, WIDTH, Tiles, bundle_of, tile_path
from signing.notes.checkpoint import Checkpoint
from signing.notes.errors import CheckpointInvalid, NoteInvalid
from signing.notes.note import NoteKey, verify_note
from signing.requests.checkpoint import log_verifier_key


def audit(unit: UnitOfWork) -> list[str]:
    """What is wrong, a line each; an empty list when everything agrees."""
    key = NoteKey.from_text(log_verifier_key(unit.tools, unit.tools[Settings].log_origin))
    with unit.begin(SYSTEM) as work:
        return [*_entries(work), *_leaves(work), *_checkpoints(work, key), *_files(work)]


def _entries(work: Work) -> Iterator[str]:
    """Each act's bytes have their hash, follow the act before, and say of the entry what the register says."""
    entries = {entry.id: entry for entry in work.session.scalars(sa.select(Entry))}
    papers = {paper.entry_id: paper for paper in work.session.scalars(sa.select(Paper).order_by(Paper.version))}
    last: dict[object, EntryEvent] = {}
    query = sa.select(EntryEvent).order_by(EntryEvent.entry_id, EntryEvent.seq)
    for event in work.session.scalars(query):
        entry, before = entries[event.entry_id], last.get(event.entry_id)
        yield from _act(event, before, entry, papers.get(entry.id))
        last[event.entry_id] = event
    for entry in entries.values():
        if entry.id not in last:
            yield f"entry {entry.register_code}: has no act"


def _act(event: EntryEvent, before: EntryEvent | None, entry: Entry, paper: Paper | None) -> Iterator[str]:
    name = f"entry {entry.register_code}, act {event.seq}"
    if leaf_hash(event.body) != event.leaf_hash:
        yield f"{name}: its bytes do not have its hash"
    try:
        body = from_canonical(event.body)
    except LeafNotCanonical as error:
        yield f"{name}: {error.detail}"
        return
    expected = encode(before.leaf_hash) if before else None
    if event.seq != (before.seq + 1 if before else 1) or body.get("prev") != expected:
        yield f"{name}: does not follow the act before it"
    said = (body.get("lid"), body.get("no"), body.get("seq"), body.get("t"))
    if said != (encode(entry.lid), entry.number, event.seq, event.kind):
        yield f"{name}: says other things than the register"
    if event.seq == 1 and not agrees(entry, body):
        yield f"{name}: the register says other things than the log"
    if paper is not None and event.seq == 1:
        yield from _paper(name, body, paper)


def _paper(name: str, body: dict[str, object], paper: Paper) -> Iterator[str]:
    digests = {"pdf": paper.pdf, "sv": paper.sv, "sk": paper.sk, "auth": paper.auth, "ver": paper.ver}
    for key, digest in digests.items():
        if body.get(key) != encode(digest):
            yield f"{name}: {key} is not that of the paper"
    if commitment_of(paper.digests) != paper.ver:
        yield f"{name}: the content is not the one committed to"
    if not {item.digest for item in from_lists(paper.disclosures)} <= set(paper.digests):
        yield f"{name}: a fact was changed"


def _leaves(work: Work) -> Iterator[str]:
    """Indexes run without gaps, and every act is in the log or waits for it."""
    rows = work.session.execute(
        sa.select(LogLeaf.leaf_index, LogLeaf.leaf_hash, EntryEvent.leaf_hash)
        .join(EntryEvent, EntryEvent.id == LogLeaf.event_id)
        .order_by(LogLeaf.leaf_index)
    ).all()
    for place, (index, in_log, in_register) in enumerate(rows):
        if index != place or in_log != in_register:
            yield f"leaf {place}: is not the act it should be"
    waiting = work.session.scalar(sa.select(sa.func.count()).select_from(QueuedLeaf)) or 0
    acts = work.session.scalar(sa.select(sa.func.count()).select_from(EntryEvent)) or 0
    if acts != len(rows) + waiting:
        yield f"{acts} acts, but {len(rows)} in the log and {waiting} waiting"


def _checkpoints(work: Work, key: NoteKey) -> Iterator[str]:
    """Every signed head is good, and is the root of the leaves that it covers."""
    hashes = work.session.scalars(sa.select(LogLeaf.leaf_hash).order_by(LogLeaf.leaf_index)).all()
    for signed in work.session.scalars(sa.select(SignedCheckpoint).order_by(SignedCheckpoint.size)):
        try:
            stated = Checkpoint.from_text(verify_note(signed.note, [key]))
        except (NoteInvalid, CheckpointInvalid) as error:
            yield f"checkpoint {signed.size}: {error.detail}"
            continue
        if (stated.size, stated.root) != (signed.size, signed.root) or stated.origin != key.name:
            yield f"checkpoint {signed.size}: says other things than the database"
        if len(hashes) < signed.size or root_of(hashes[: signed.size]) != signed.root:
            yield f"checkpoint {signed.size}: is not the root of its leaves"


def _files(work: Work) -> Iterator[str]:
    """The public files make the same root, and the published head is the newest."""
    newest = last_checkpoint(work)
    tiles = Tiles(work.tools[Settings].log_folder)
    if newest is None:
        return
    try:
        if tree_root(newest.size, tiles.node(newest.size)) != newest.root:
            yield "the tiles make another root than the signed one"
    except LogBroken as error:
        yield f"the tiles are not whole: {error.detail}"
    if tiles.read(CHECKPOINT) != newest.note.encode():
        yield "the published checkpoint is not the newest"
    yield from _tiles(work, tiles, newest.size)


def _tiles(work: Work, tiles: Tiles, size: int) -> Iterator[str]:
    """Every tile of leaf hashes and every bundle of leaves is what the register has."""
    for start in range(0, size, WIDTH):
        end = min(start + WIDTH, size)
        number, width = start // WIDTH, end - start
        try:
            growth = growth_of(work, start, end)
        except LogBroken as error:
            yield error.detail
            continue
        if tiles.read(tile_path("entries", number, width)) != bundle_of(growth.leaves):
            yield f"the bundle of the leaves {start} to {end - 1} is not that of the register"
        try:
            if tiles.hashes(0, number, size) != list(growth.hashes):
                yield f"the tile of the leaves {start} to {end - 1} is not that of the register"
        except LogBroken as error:
            yield f"the tiles are not whole: {error.detail}"
