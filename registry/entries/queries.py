"""Reads of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from registry.entries.canonical import from_canonical
from registry.entries.codes import parse_register_code
from registry.entries.errors import EntryNotFound
from registry.entries.models import Entry, EntryEvent, Paper
from registry.entries.rules import DatedAct, Status, status_on
from registry.log.models import LogLeaf, SignedCheckpoint


@dataclass(frozen=True)
class LoggedAct:
    """An act on an entry with its place in the log; `index` is None while no signed checkpoint covers it."""

    event: EntryEvent
    index: int | None

    @property
    def leaf(self) -> dict[str, Any]:
        """What the log says of the act; nothing else is believed."""
        return from_canonical(self.event.body)

    @property
    def dated(self) -> DatedAct:
        leaf = self.leaf
        return DatedAct(self.event.kind, date.fromisoformat(leaf["eff"]), authorised=bool(leaf.get("auth")))


def entry_by_code(work: Work, text: str) -> Entry:
    """The entry of a register code as a person typed it; raises CodeMalformed, EntryNotFound."""
    code = parse_register_code(text)
    if entry := work.session.scalar(sa.select(Entry).where(Entry.register_code == code)):
        return entry
    raise EntryNotFound("No licence has this register code.")


def entry_by_id(work: Work, entry_id: UUID) -> Entry:
    return work.session.get_one(Entry, entry_id)


def current_paper(work: Work, entry_id: UUID) -> Paper:
    """The newest paper of an entry."""
    query = sa.select(Paper).where(Paper.entry_id == entry_id).order_by(Paper.version.desc()).limit(1)
    return work.session.scalars(query).one()


def paper_by_pdf(work: Work, pdf: bytes) -> Paper | None:
    """The paper whose seal covers bytes of this SHA-256."""
    return work.session.scalar(sa.select(Paper).where(Paper.pdf == pdf))


def paper_sealed_by(work: Work, certificate_sha256: bytes) -> Paper | None:
    """Some paper that this seal's certificate is on record for."""
    return work.session.scalar(sa.select(Paper).where(Paper.sk == certificate_sha256).limit(1))


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


def last_day_of(acts: Sequence[LoggedAct]) -> date | None:
    """The last day of validity by the acts in the log; None when there is no end."""
    ends = [act.leaf.get("exp") for act in acts if act.index is not None]
    return date.fromisoformat(ends[-1]) if ends and ends[-1] else None


def status_of(acts: Sequence[LoggedAct], day: date) -> Status:
    """The status on a day by the acts that are in the log; nothing else counts."""
    return status_on([act.dated for act in acts if act.index is not None], last_day_of(acts), day)
