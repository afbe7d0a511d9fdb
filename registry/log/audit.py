"""Recompute everything that the log claims, from the acts up, in one pass; says each thing that does not agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from config.storage import FileDamaged, FileMissing, Storage
from config.unit_of_work import UnitOfWork, Work
from registry.entries.agreement import disagreements
from registry.entries.models import Entry, EntryEvent, Paper
from registry.log.audit_tree import LogKeys, audit_tree
from registry.log.known_key import log_key
from registry.preservation.models import PublishedFile
from signing.notes.note import NoteKey
from signing.pades.digest import seal_facts
from signing.pades.errors import DocumentNotSuitable
from signing.requests.checkpoint import former_log_keys, last_signed

AT_ONCE = 1000  # rows that are held in memory


def audit(unit: UnitOfWork) -> list[str]:
    """What is wrong, a line each; an empty list when everything agrees."""
    keys, signed = LogKeys(log_key(unit), _former(unit)), last_signed(unit)
    with unit.begin(SYSTEM) as work:
        return [*_entries(work), *audit_tree(work, keys, signed)]


def _former(unit: UnitOfWork) -> list[tuple[NoteKey, datetime]]:
    """The log's lost keys, each with the instant in which it was retired."""
    found = former_log_keys(unit.tools, unit.tools[Settings].log_origin)
    return [(NoteKey.from_text(one.text), one.at) for one in found]


def audit_files(unit: UnitOfWork) -> list[str]:
    """What is wrong with the stored files of the papers: each carries the seal that its row, and so its act, has."""
    with unit.begin(SYSTEM) as work:
        return list(_files(work))


def _entries(work: Work) -> Iterator[str]:
    """Each entry and its papers say what its acts say."""
    papers: dict[object, list[Paper]] = {}
    for paper in work.session.scalars(sa.select(Paper).order_by(Paper.version)):
        papers.setdefault(paper.entry_id, []).append(paper)
    query = (
        sa.select(Entry, EntryEvent)
        .outerjoin(EntryEvent, EntryEvent.entry_id == Entry.id)
        .order_by(Entry.id, EntryEvent.seq)
        .execution_options(yield_per=AT_ONCE)
    )
    for entry, rows in groupby(work.session.execute(query), key=lambda row: row[0]):
        events = [event for _, event in rows if event is not None]
        for finding in disagreements(entry, papers.get(entry.id, []), events):
            yield f"entry {entry.register_code}: {finding}"


def _files(work: Work) -> Iterator[str]:
    storage = work.tools[Storage]
    earlier: dict[object, list[str]] = {}
    for file in work.session.scalars(sa.select(PublishedFile).order_by(PublishedFile.number)):
        earlier.setdefault(file.paper_id, []).append(file.sha256)
    for paper in work.session.scalars(sa.select(Paper).order_by(Paper.id).execution_options(yield_per=AT_ONCE)):
        files = [paper.sealed_sha256, *earlier.get(paper.id, ()), paper.published_sha256]
        for digest in dict.fromkeys(files):
            if digest is not None and (fault := _file(storage, paper, digest)):
                yield f"file {digest}: {fault}"


def _file(storage: Storage, paper: Paper, digest: str) -> str | None:
    try:
        facts = seal_facts(storage.get(digest))
    except (FileMissing, FileDamaged, DocumentNotSuitable) as error:
        return str(error)
    found = (facts.byte_range_digest, facts.signature_value_sha256, facts.certificate_sha256)
    return None if found == (paper.pdf, paper.sv, paper.sk) else "it is not the document of its paper"
