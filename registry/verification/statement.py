"""The register's answer about a licence under the seal of its agency, to be kept and checked without asking us.

Made anew by a job after each act, so that nobody who asks can have the seal work.
"""

from __future__ import annotations

import json
from uuid import UUID

import sqlalchemy as sa

from config.access import SYSTEM
from config.sentences import later
from config.unit_of_work import UnitOfWork, Work
from registry.entries.models import EntryEvent
from registry.entries.queries import current_paper, entry_by_code, entry_by_id
from registry.log.errors import LogBroken
from registry.log.known_key import learn_log_key
from registry.verification.errors import EvidencePending
from registry.verification.ready import ready_answer
from registry.verification.result import Recorded
from registry.verification.withdrawn import is_withdrawn
from signing.statements.state import Stated, file_statement, newest_statement, seal_of, sign_statement

KIND = "licence"


def state_entry(unit: UnitOfWork, entry_id: UUID) -> None:
    """File what the register says of a published licence as of its newest act, and have it signed."""
    learn_log_key(unit)
    with unit.begin(SYSTEM) as work:
        statement_id = _filed(work, entry_id)
    if statement_id is not None:
        sign_statement(unit, statement_id)


def stated(work: Work, code: str) -> bytes:
    """The signed statement as of the newest act, by register code (EntryNotFound, CodeMalformed, EvidencePending)."""
    entry = entry_by_code(work, code)
    found = newest_statement(work, KIND, entry.register_code)
    if found is None or found.result is None or found.version != _version(work, entry.id):
        raise EvidencePending(later("The signed statement about this licence is not ready yet."))
    return found.result


def _filed(work: Work, entry_id: UUID) -> UUID | None:
    entry, paper = entry_by_id(work, entry_id), current_paper(work, entry_id)
    seal = seal_of(work, paper.sealed_sha256)
    if paper.published_at is None or seal is None:
        return None
    answer = json.loads(ready_answer(work, entry.register_code).body)
    if answer["recorded"] != Recorded.YES:
        raise LogBroken(later("What the register says of this licence is not proven by the log, so it is not signed."))
    body = {"as_of": work.clock.now().isoformat(timespec="seconds"), **answer}
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return file_statement(work, Stated(KIND, entry.register_code, _version(work, entry_id), *seal, content))


def _version(work: Work, entry_id: UUID) -> str:
    """The newest act; and that its paper was withdrawn, which is no act and yet another answer."""
    newest = sa.select(sa.func.max(EntryEvent.seq)).where(EntryEvent.entry_id == entry_id)
    version = str(work.session.scalar(newest))
    return f"{version} withdrawn" if is_withdrawn(work, current_paper(work, entry_id)) else version
