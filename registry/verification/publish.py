"""Render the public answer about an entry to ready bytes whenever it changed (issuance step 9)."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config.unit_of_work import Work
from registry.entries.events import (
    EntryEntered,
    EntryLogged,
    EntryPublished,
    PaperEntered,
    PaperPreserved,
    PaperRenewed,
    PaperWithdrawn,
)
from registry.entries.models import Entry, Paper
from registry.entries.queries import entry_by_id
from registry.verification import withdrawn
from registry.verification.by_code import verdict_of
from registry.verification.models import VerificationDocument
from registry.verification.record import record_of
from registry.verification.result import Notice, Result
from registry.verification.words import WORDS


def publish_entered(work: Work, event: EntryEntered) -> None:
    """An entry can be looked up at once; it is not in force before its leaf."""
    publish(work, event.entry_id)


def publish_anew(work: Work, event: PaperEntered) -> None:
    """The answer speaks of the further paper from the moment in which it is entered."""
    work.session.flush()
    publish(work, event.entry_id)


def publish_logged(work: Work, event: EntryLogged) -> None:
    """An act counts from its leaf."""
    publish(work, event.entry_id)


def publish_preserved(work: Work, event: PaperPreserved) -> None:
    """The finished file may be handed out from here."""
    paper = work.session.scalars(sa.select(Paper).where(Paper.id == event.paper_id).with_for_update()).one()
    if paper.published_at is not None:
        return
    paper.published_at = work.clock.now()
    work.session.flush()
    publish(work, event.entry_id)
    entry = entry_by_id(work, event.entry_id)
    work.record(EntryPublished(event.entry_id, event.paper_id, entry.owner_key))


def publish_renewed(work: Work, event: PaperRenewed) -> None:
    """The answer names the new file from the moment in which it takes the old one's place."""
    work.session.flush()
    publish(work, event.entry_id)


def make_withdrawn_stale(work: Work, event: PaperWithdrawn) -> None:
    """The answer tells of the withdrawal from now on; whoever asks first has it rendered."""
    _make_stale(work, event.entry_id)


def publish(work: Work, entry_id: UUID) -> bytes:
    """Render one entry's answer anew, and keep it unless the log could not be reached; the bytes."""
    entry = work.session.scalars(sa.select(Entry).where(Entry.id == entry_id).with_for_update()).one()
    record = record_of(work, entry)
    result = verdict_of(work, record)
    body = to_bytes(result)
    if not result.lasting:
        _make_stale(work, entry_id)
        return body
    values: dict[str, Any] = {
        "entry_id": entry_id,
        "body": body,
        "etag": tag_of(body),
        "next_change": record.next_change(work.clock.today()) if not record.faults else None,
        "rendered_at": work.clock.now(),
    }
    row = insert(VerificationDocument).values(register_code=entry.register_code, **values)
    work.session.execute(row.on_conflict_do_update(index_elements=["register_code"], set_=values))
    return body


def _make_stale(work: Work, entry_id: UUID) -> None:
    """What was kept may be wrong by now, and what is right is not proved yet: everybody who asks asks anew."""
    old = sa.update(VerificationDocument).where(VerificationDocument.entry_id == entry_id)
    work.session.execute(old.values(next_change=work.clock.today()))


def tag_of(body: bytes) -> str:
    """The ETag of an answer: the same until something changes."""
    return hashlib.sha256(body).hexdigest()[:32]


def to_json(result: Result) -> dict[str, Any]:
    """The answer as JSON, without its time."""
    return {
        "verdict": result.verdict,
        "finding": result.finding,
        "words": WORDS[result.finding],
        "recorded": result.recorded,
        "licence": result.licence,
        "signatures": list(result.signatures),
        "reasons": list(result.reasons),
        "notes": list(result.notes),
        **({"enclosure": result.enclosure} if result.enclosure is not None else {}),
        **({"details": result.details} if result.details is not None else {}),
        **({"notice": _notice(result.notice)} if result.notice is not None else {}),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {"name": notice, "words": withdrawn.WORDS[notice], "advice": withdrawn.ADVICE[notice]}


def to_bytes(result: Result) -> bytes:
    """As JSON in UTF-8; half a character, which a hostile file may hold, becomes the escape that JSON has for it."""
    return json.dumps(to_json(result), ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace")
