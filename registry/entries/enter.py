"""Enter a sealed licence in the register (issuance step 5): entry, act and log queue in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config import tokens
from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.disclosures import Disclosure, disclose
from registry.entries.errors import EntryConflict, EntryNotPossible, NumberTaken
from registry.entries.events import EntryEntered
from registry.entries.leaf import VALID, Act, PaperDigests, leaf_of, pseudonym
from registry.entries.models import Entry, EntryEvent, Paper, PaperReservation, PseudonymSecret, Reserved
from registry.entries.numbering import use_number
from registry.entries.reserve import commit_facts, reservation_of, same_facts
from registry.log.merkle import leaf_hash
from registry.log.models import QueuedLeaf


@dataclass(frozen=True)
class NewEntry:
    """A sealed licence. `owner_key` is what was reserved under; digests are 32 bytes, `sealed_sha256` is of the file.

    `facts` is everything the licence says, kept with the paper and erasable; `public_facts` is the part that anybody
    may see, as `{"name", "label": {"vi", "en"}, "value"}`. `enclosures` are the sealed files that go out with it, as
    `{"name": {"vi", "en"}, "sha256", "pdf", "original"}`: of the file, of what its seal covers, of it before the seal
    (SHA-256, hex). `actors` are ids of who decided and who signed, `decision`
    is the reference of the decision (by default `owner_key`).
    """

    owner_key: str
    kind: str
    title: Mapping[str, str]
    agency: str
    agency_name: Mapping[str, str]
    number: str
    issued_on: date
    valid_until: date | None
    facts: Mapping[str, Any]
    public_facts: Sequence[Mapping[str, Any]]
    actors: Sequence[str]
    sealed_sha256: str
    pdf: bytes
    sv: bytes
    sk: bytes
    auth: bytes
    decision: str = ""
    enclosures: Sequence[Mapping[str, Any]] = ()


def enter(work: Work, new: NewEntry) -> Entry:
    """Make the entry, or find the one that was made of the same document; in force once its leaf is in the log.

    Raises ReservationNotFound, NumberTaken, EntryNotPossible, and EntryConflict for what was entered or committed to
    with other content.
    """
    reservation = reservation_of(work, new.owner_key)
    if known := work.session.scalar(sa.select(Entry).where(Entry.owner_key == new.owner_key)):
        return _same(work, known, new)
    _check(work, new, reservation)
    commit_facts(work, new.owner_key, new.facts)
    entry, paper = _entry(work, new, reservation), _paper(new, reservation)
    work.session.add(entry)
    work.session.flush()
    paper.entry_id = entry.id
    work.session.add(paper)
    _act(work, entry, paper, new.actors)
    reservation.state = Reserved.USED
    reservation.disclosures = []  # the paper has them now: one place to erase
    use_number(work, new.owner_key)
    work.record(EntryEntered(entry.id, new.owner_key))
    return entry


def _same(work: Work, entry: Entry, new: NewEntry) -> Entry:
    paper = work.session.scalars(sa.select(Paper).where(Paper.entry_id == entry.id, Paper.version == 1)).one()
    if (paper.pdf, paper.sv, paper.sk, entry.number) != (new.pdf, new.sv, new.sk, new.number):
        raise EntryConflict("This was entered before with another document.")
    return entry


def _check(work: Work, new: NewEntry, reservation: PaperReservation) -> None:
    if any(len(digest) != 32 for digest in (new.pdf, new.sv, new.sk, new.auth)):
        raise EntryNotPossible("A digest has 32 bytes.")
    if new.valid_until is not None and new.valid_until < new.issued_on:
        raise EntryNotPossible("The licence would end before it begins.")
    if reservation.ver is not None and not same_facts(reservation, new.facts):
        raise EntryConflict("The paper carries a commitment to other facts.")
    same_year = sa.extract("year", Entry.issued_on) == new.issued_on.year
    taken = sa.select(Entry.id).where(Entry.agency == new.agency, Entry.number == new.number, same_year)
    if work.session.scalar(taken):
        raise NumberTaken(f"The number {new.number} stands on another licence of this year.")
    if work.session.scalar(sa.select(Paper.id).where(Paper.pdf == new.pdf)):
        raise EntryConflict("This document belongs to another entry.")


def _entry(work: Work, new: NewEntry, reservation: PaperReservation) -> Entry:
    return Entry(
        id=tokens.new_id(),
        owner_key=new.owner_key,
        lid=reservation.lid,
        register_code=reservation.register_code,
        kind=new.kind,
        title=dict(new.title),
        agency=new.agency,
        agency_name=dict(new.agency_name),
        number=new.number,
        public_facts=[dict(fact) for fact in new.public_facts],
        enclosures=[dict(one) for one in new.enclosures],
        issued_on=new.issued_on,
        valid_until=new.valid_until,
        entered_at=work.clock.now(),
    )


def _paper(new: NewEntry, reservation: PaperReservation) -> Paper:
    public = {
        "code": reservation.register_code,
        "title": dict(new.title),
        "agency": dict(new.agency_name),
        "facts": [dict(fact) for fact in new.public_facts],
    }
    if new.enclosures:
        public["enclosures"] = [dict(one) for one in new.enclosures]
    return Paper(
        id=tokens.new_id(),
        version=1,
        status_list=reservation.status_list,
        status_index=reservation.status_index,
        disclosures=reservation.disclosures,
        digests=reservation.digests,
        ver=reservation.ver,
        public=disclose("public", public).text,
        decision=disclose("decision", new.decision or new.owner_key).text,
        pdf=new.pdf,
        sv=new.sv,
        sk=new.sk,
        auth=new.auth,
        sealed_sha256=new.sealed_sha256,
    )


def _act(work: Work, entry: Entry, paper: Paper, actors: Sequence[str]) -> None:
    secret = year_secret(work, entry.entered_at.year)
    act = Act(
        kind="issue",
        register=work.tools[Settings].registry_name,
        lid=entry.lid,
        agency=entry.agency,
        licence_kind=entry.kind,
        number=entry.number,
        seq=1,
        prev=None,
        recorded_at=entry.entered_at,
        effective_on=entry.issued_on,
        valid_until=entry.valid_until,
        status=VALID,
        status_place=(paper.status_list, paper.status_index),
        actors=[pseudonym(secret, actor) for actor in dict.fromkeys(actors)],
        decision=Disclosure(paper.decision).digest,
        public=Disclosure(paper.public).digest,
        paper=PaperDigests(paper.pdf, paper.sv, paper.sk, paper.auth, paper.ver),
    )
    queue_act(work, entry, act)


def queue_act(work: Work, entry: Entry, act: Act) -> EntryEvent:
    """Store the exact bytes of an act, and have them wait for their place in the log."""
    body = leaf_of(act)
    event = EntryEvent(
        entry_id=entry.id,
        seq=act.seq,
        kind=act.kind,
        body=body,
        leaf_hash=leaf_hash(body),
        prev=act.prev,
        recorded_at=act.recorded_at,
    )
    work.session.add(event)
    work.session.flush()
    work.session.add(QueuedLeaf(event_id=event.id))
    work.session.flush()
    return event


def year_secret(work: Work, year: int) -> bytes:
    """The secret of a year's pseudonyms, made when it is first asked for."""
    fresh = insert(PseudonymSecret).values(year=year, secret=tokens.random_bytes(32))
    work.session.execute(fresh.on_conflict_do_nothing())
    return work.session.get_one(PseudonymSecret, year).secret
