"""Enter the same licence under a new seal: a further paper of its entry, and the act `reseal` in the log."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from config import tokens
from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.disclosures import Disclosure
from registry.entries.enter import queue_act, year_secret
from registry.entries.events import PaperEntered
from registry.entries.leaf import VALID, Act, PaperDigests, pseudonym
from registry.entries.models import Entry, EntryEvent, Paper, Reserved
from registry.entries.reserve import reserve_paper

RESEAL = "reseal"


@dataclass(frozen=True)
class NewSeal:
    """A document that was sealed anew: digests as the leaf has them, 32 bytes each; `by` is who ordered it."""

    sealed_sha256: str
    pdf: bytes
    sv: bytes
    sk: bytes
    auth: bytes
    by: str = "system"


def enter_anew(work: Work, paper_id: object, new: NewSeal) -> Paper:
    """The paper that takes the place of another one, with the same content; a repeat finds it."""
    old = work.session.get_one(Paper, paper_id)
    entry = work.session.scalars(sa.select(Entry).where(Entry.id == old.entry_id).with_for_update()).one()
    if found := work.session.scalar(sa.select(Paper).where(Paper.pdf == new.pdf)):
        return found
    reserved = reserve_paper(work, f"{RESEAL} {old.id} {new.sealed_sha256[:16]}")  # of it only the place is used
    reserved.state = Reserved.USED
    newest = sa.select(sa.func.max(Paper.version)).where(Paper.entry_id == entry.id)
    paper = Paper(
        id=tokens.new_id(),
        entry_id=entry.id,
        version=1 + (work.session.scalar(newest) or 0),
        status_list=reserved.status_list,
        status_index=reserved.status_index,
        pdf=new.pdf,
        sv=new.sv,
        sk=new.sk,
        auth=new.auth,
        sealed_sha256=new.sealed_sha256,
        **{name: getattr(old, name) for name in ("disclosures", "digests", "ver", "public", "decision")},
    )
    work.session.add(paper)
    work.session.flush()
    _act(work, entry, paper, new.by)
    work.record(PaperEntered(entry.id, paper.id))
    return paper


def _act(work: Work, entry: Entry, paper: Paper, by: str) -> None:
    """It changes nothing about the licence: neither its days nor its number, and its status only as it was."""
    last = work.session.scalars(
        sa.select(EntryEvent).where(EntryEvent.entry_id == entry.id).order_by(EntryEvent.seq.desc()).limit(1)
    ).one()
    now = work.clock.now()
    act = Act(
        kind=RESEAL,
        register=work.tools[Settings].registry_name,
        lid=entry.lid,
        agency=entry.agency,
        licence_kind=entry.kind,
        number=entry.number,
        seq=last.seq + 1,
        prev=last.leaf_hash,
        recorded_at=now,
        effective_on=work.clock.today(),
        valid_until=entry.valid_until,
        status=VALID,
        status_place=(paper.status_list, paper.status_index),
        actors=[pseudonym(year_secret(work, now.year), by)],
        decision=Disclosure(paper.decision).digest,
        public=Disclosure(paper.public).digest,
        paper=PaperDigests(paper.pdf, paper.sv, paper.sk, paper.auth, paper.ver),
    )
    queue_act(work, entry, act)
