"""The look-up by register code that everybody does: one indexed read, and anew only when a day has passed it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from config.unit_of_work import Work
from registry.entries.codes import parse_register_code
from registry.entries.errors import EntryNotFound
from registry.verification.publish import publish

LOOK_UP = sa.text("SELECT entry_id, body, etag, next_change FROM verification_documents WHERE register_code = :code")


@dataclass(frozen=True)
class Ready:
    """The bytes of the answer and their tag, the same until something changes."""

    body: bytes
    etag: str


def ready_answer(work: Work, text: str) -> Ready:
    """The answer for a code as typed; raises CodeMalformed, EntryNotFound."""
    row = work.session.execute(LOOK_UP, {"code": parse_register_code(text)}).first()
    if row is None:
        raise EntryNotFound("No licence has this register code.")
    if row.next_change is not None and row.next_change <= work.clock.today():
        fresh = publish(work, row.entry_id)
        return Ready(fresh.body, fresh.etag)
    return Ready(bytes(row.body), row.etag)
