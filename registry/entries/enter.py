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
from registry.entries.disclosures import commit
from registry.entries.errors import EntryConflict, EntryNotPossible, NumberTaken, ReservationSpent
from registry.entries.events import EntryEntered
from registry.entries.leaf import VALID, Act, PaperDigests, leaf_of, pseudonym, shown_of
from registry.entries.models import Entry, EntryEvent, Paper, PaperReservation, PseudonymSecret, Reserved
from registry.entries.numbering import use_number
from registry.entries.reserve import reservation_of
from registry.log.merkle import leaf_hash
from registry.log.models import QueuedLeaf


@dataclass(frozen=True)
class NewEntry:
    """A sealed licence. `owner_key` is what was reserved under; digests are 32 bytes, `sealed_sha256` is of the file.

    `facts` is everything the licence says, kept with the paper and erasable; `public_facts` is the part that anybody
    may see, as `{"name", "label": {"vi", "en"}, "value"}`. `actors` are ids of who decided and who signed.
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


def enter(work: Work, new: NewEntry) -> Entry:
    """Make the entry, or find the one that was made of the same document; in force once its leaf is in the log."""
    reservation = reservation_of(work, new.owner_key)
    if known := work.session.scalar(sa.select(Entry).where(Entry.owner_key == new.owner_key)):
        return _same(work, known, new)
    _check(work, new, reservation)
    entry, paper = _rows(work, new, reservation)
    work.session.add(entry)
    work.session.flush()
    work.session.add(paper)
    _act(work, entry, paper, new)
    reservation.state = Reserved.USED
    use_number(work, new.owner_key)
    work.record(EntryEntered(entry.id, new.owner_key))
    return entry


def _same(work: Work, entry: Entry, new: NewEntry) -> Entry:
    paper = work.session.scalars(sa.select(Paper).where(Paper.entry_id == entry.id, Paper.version == 1)).one()
    if (paper.pdf, paper.sv, paper.sk, entry.number) != (new.pdf, new.sv, new.sk, new.number):
        raise EntryConflict("This was entered before with another document.")
    return entry


def _check(work: Work, new: NewEntry, reservation: PaperReservation) -> None:
    if reservation.state == Reserved.VOID:
        raise ReservationSpent(f"What was reserved for this is void: {reservation.void_reason}")
    if any(len(digest) != 32 for digest in (new.pdf, new.sv, new.sk, new.auth)):
        raise EntryNotPossible("A digest has 32 bytes.")
    if new.valid_until is not None and new.valid_until < new.issued_on:
        raise EntryNotPossible("The licence would end before it begins.")
    same_year = sa.extract("year", Entry.issued_on) == new.issued_on.year
    taken = sa.select(Entry.id).where(Entry.agency == new.agency, Entry.number == new.number, same_year)
    if work.session.scalar(taken):
        raise NumberTaken(f"The number {new.number} stands on another licence.")


def _rows(work: Work, new: NewEntry, reservation: PaperReservation) -> tuple[Entry, Paper]:
    commitment = commit(new.facts)
    entry = Entry(
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
        issued_on=new.issued_on,
        valid_until=new.valid_until,
        entered_at=work.clock.now(),
    )
    paper = Paper(
        id=tokens.new_id(),
        entry_id=entry.id,
        version=1,
        status_index=reservation.status_index,
        disclosures=[disclosure.to_list() for disclosure in commitment.disclosures],
        digests=list(commitment.digests),
        ver=commitment.ver,
        pdf=new.pdf,
        sv=new.sv,
        sk=new.sk,
        auth=new.auth,
        sealed_sha256=new.sealed_sha256,
    )
    return entry, paper


def _act(work: Work, entry: Entry, paper: Paper, new: NewEntry) -> None:
    secret = _secret_of(work, entry.entered_at.year)
    act = Act(
        kind="issue",
        register=work.tools[Settings].registry_name,
        lid=entry.lid,
        seq=1,
        prev=None,
        recorded_at=entry.entered_at,
        effective_on=entry.issued_on,
        number=entry.number,
        status=VALID,
        status_index=paper.status_index,
        actors=[pseudonym(secret, actor) for actor in dict.fromkeys(new.actors)],
        paper=PaperDigests(new.pdf, new.sv, new.sk, new.auth, paper.ver),
        valid_until=entry.valid_until,
        public=shown_of(entry).digest,
    )
    body = leaf_of(act)
    event = EntryEvent(
        entry_id=entry.id,
        seq=1,
        kind=act.kind,
        body=body,
        leaf_hash=leaf_hash(body),
        prev=None,
        recorded_at=entry.entered_at,
    )
    work.session.add(event)
    work.session.flush()
    work.session.add(QueuedLeaf(event_id=event.id))
    work.session.flush()


def _secret_of(work: Work, year: int) -> bytes:
    fresh = insert(PseudonymSecret).values(year=year, secret=tokens.random_bytes(32))
    work.session.execute(fresh.on_conflict_do_nothing())
    return work.session.get_one(PseudonymSecret, year).secret
