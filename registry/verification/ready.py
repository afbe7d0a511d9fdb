"""The look-up by register code that everybody does: one indexed read, and anew only when a day has passed it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from config.sentences import later
from config.unit_of_work import Work
from registry.entries.codes import parse_register_code
from registry.entries.errors import EntryNotFound
from registry.entries.queries import entry_by_code
from registry.verification.publish import publish, tag_of

LOOK_UP = sa.text("SELECT body, etag, next_change FROM verification_documents WHERE register_code = :code")


@dataclass(frozen=True)
class Ready:
    """The bytes of the answer and their tag, the same until something changes."""

    body: bytes
    etag: str


def stored_answer(work: Work, text: str) -> Ready | None:
    """The answer for a code as typed, None when it is stale; raises CodeMalformed, EntryNotFound."""
    row = work.session.execute(LOOK_UP, {"code": parse_register_code(text)}).first()
    if row is None:
        raise EntryNotFound(later("No licence has this register code."))
    if row.next_change is not None and row.next_change <= work.clock.today():
        return None
    return Ready(bytes(row.body), row.etag)


def ready_answer(work: Work, text: str) -> Ready:
    """The answer for a code as typed, made anew when it is stale; raises CodeMalformed, EntryNotFound.

    A process that does not know the log's key yet learns it before, outside the transaction.
    """
    if ready := stored_answer(work, text):
        return ready
    body = publish(work, entry_by_code(work, text).id)
    return Ready(body, tag_of(body))
