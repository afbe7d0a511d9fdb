"""Reads of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from config.sentences import later
from config.unit_of_work import Work
from registry.entries.codes import parse_register_code
from registry.entries.errors import EntryNotFound
from registry.entries.models import Entry, EntryEvent, Paper
from registry.log.models import LogLeaf, SignedCheckpoint
from registry.preservation.models import PublishedFile


@dataclass(frozen=True)
class LoggedAct:
    """An act on an entry with its place in the log; `index` is None while no signed checkpoint covers it."""

    event: EntryEvent
    index: int | None


def entry_by_code(work: Work, text: str) -> Entry:
    """The entry of a register code as a person typed it; raises CodeMalformed, EntryNotFound."""
    code = parse_register_code(text)
    if entry := work.session.scalar(sa.select(Entry).where(Entry.register_code == code)):
        return entry
    raise EntryNotFound(later("No licence has this register code."))


def entry_by_id(work: Work, entry_id: UUID) -> Entry:
    return work.session.get_one(Entry, entry_id)


def papers_of(work: Work, entry_id: UUID) -> Sequence[Paper]:
    """All papers of an entry, the newest last."""
    return work.session.scalars(sa.select(Paper).where(Paper.entry_id == entry_id).order_by(Paper.version)).all()


def current_paper(work: Work, entry_id: UUID) -> Paper:
    """The newest paper of an entry."""
    query = sa.select(Paper).where(Paper.entry_id == entry_id).order_by(Paper.version.desc()).limit(1)
    return work.session.scalars(query).one()


def paper_by_pdf(work: Work, pdf: bytes) -> Paper | None:
    """The paper whose seal is said to cover bytes of this SHA-256; what counts is the leaf."""
    return work.session.scalar(sa.select(Paper).where(Paper.pdf == pdf))


def code_of_published(work: Work, sha256: str) -> str | None:
    """The register code of the licence as whose file these bytes were handed out, now or ever; the leaf counts."""
    found = handed_out(work, sha256)
    return found.register_code if found else None


@dataclass(frozen=True)
class HandedOut:
    """A file that was handed out. `newest` is the SHA-256 of the one handed out now: the same, or a later one."""

    register_code: str
    newest: str
    published_at: datetime | None


def handed_out(work: Work, sha256: str) -> HandedOut | None:
    """Which licence's file these bytes are or were, and which one took their place; what counts is the leaf."""
    columns = sa.select(Entry.register_code, Paper.published_sha256).join(Paper, Paper.entry_id == Entry.id)
    present = columns.add_columns(Paper.published_at).where(Paper.published_sha256 == sha256)
    before = (
        columns.add_columns(PublishedFile.published_at)
        .join(PublishedFile, PublishedFile.paper_id == Paper.id)
        .where(PublishedFile.sha256 == sha256, Paper.published_sha256.is_not(None))
    )
    for query in (present, before):
        if row := work.session.execute(query.where(Paper.published_at.is_not(None))).first():
            return HandedOut(*row)
    entry = entry_of_enclosure(work, sha256=sha256)
    paper = current_paper(work, entry.id) if entry is not None else None
    if entry is None or paper is None or paper.published_at is None:
        return None
    return HandedOut(entry.register_code, sha256, paper.published_at)


def was_ours(work: Work, paper: Paper, sha256: str) -> bool:
    """Whether a paper was ever stored as these bytes: sealed, or published before its evidence was renewed."""
    known = sa.exists().where(PublishedFile.paper_id == paper.id, PublishedFile.sha256 == sha256)
    return paper.sealed_sha256 == sha256 or bool(work.session.scalar(sa.select(known)))


def entry_of_enclosure(work: Work, **digests: str) -> Entry | None:
    """The entry with which a file is said to go out, by `sha256` of the file or `pdf` of what its seal covers.

    What counts is what the first act commits to.
    """
    return work.session.scalar(sa.select(Entry).where(Entry.enclosures.contains([digests])).limit(1))


def knows_seal(work: Work, certificates: Sequence[bytes]) -> bool:
    """Whether a paper of this register was sealed under one of these certificates (SHA-256 each)."""
    return bool(work.session.scalar(sa.select(sa.exists().where(Paper.sk.in_(certificates)))))


# A row's `xmin` and `ctid` are others after every change of it, so equal texts mean that no row was written since.
STATE = sa.text("""
SELECT concat_ws(' ', e.xmin, e.ctid, papers.rows, acts.rows, head.rows)
FROM papers p
JOIN entries e ON e.id = p.entry_id
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(',', q.id, q.xmin, q.ctid), ' ' ORDER BY q.version) AS rows
    FROM papers q WHERE q.entry_id = e.id
) papers
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(',', a.id, a.xmin, a.ctid, l.leaf_index, l.xmin, l.ctid), ' ' ORDER BY a.seq) AS rows
    FROM entry_events a LEFT JOIN log_leaves l ON l.event_id = a.id WHERE a.entry_id = e.id
) acts
CROSS JOIN LATERAL (
    SELECT concat_ws(',', c.size, c.key_id, c.xmin, c.ctid) AS rows
    FROM log_checkpoints c ORDER BY c.size DESC, c.signed_at DESC LIMIT 1
) head
WHERE p.pdf = :pdf
""")


def state_of_record(work: Work, pdf: bytes) -> str | None:
    """A text that is another one after any change of what the register and the log have of the paper with this seal.

    Read it before the rows themselves: what changes in between makes it outdated. None when there is no such paper, or
    nothing in the log.
    """
    state: str | None = work.session.scalar(STATE, {"pdf": pdf})
    return state


def acts_of(work: Work, entry_id: UUID) -> Sequence[LoggedAct]:
    """All acts on an entry in their order, each with its index once a signed checkpoint covers it."""
    covered = sa.select(sa.func.coalesce(sa.func.max(SignedCheckpoint.size), 0)).scalar_subquery()
    query = (
        sa.select(EntryEvent, sa.case((LogLeaf.leaf_index < covered, LogLeaf.leaf_index)))
        .outerjoin(LogLeaf, LogLeaf.event_id == EntryEvent.id)
        .where(EntryEvent.entry_id == entry_id)
        .order_by(EntryEvent.seq)
    )
    return [LoggedAct(event, index) for event, index in work.session.execute(query)]
