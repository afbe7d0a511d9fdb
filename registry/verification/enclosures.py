"""Which stored file is handed out as one that goes out with a licence: the one that the log's leaf names."""

from __future__ import annotations

from config.sentences import later
from config.unit_of_work import Work
from registry.entries.queries import current_paper, entry_by_code
from registry.log.errors import LogBroken
from registry.verification.errors import EnclosureNotFound, EvidencePending
from registry.verification.record import record_of


def published_enclosure(work: Work, code: str, number: int) -> tuple[str, str]:
    """SHA-256 of the sealed file and a name to save it under, by register code and number from 1.

    Raises EntryNotFound, CodeMalformed, EnclosureNotFound, EvidencePending while the licence is not published either,
    and LogBroken where register and log disagree.
    """
    entry = entry_by_code(work, code)
    if current_paper(work, entry.id).published_at is None:
        raise EvidencePending(later("The licence is in force, but its evidence is not complete yet."))
    record = record_of(work, entry)
    if record.faults:
        raise LogBroken(later("The stored file is not the document of this licence."))
    if not 0 < number <= len(record.enclosures):
        raise EnclosureNotFound(later("No such file goes out with this document."))
    return str(record.enclosures[number - 1]["sha256"]), f"{entry.register_code}-{number}.pdf"
