"""Number a certified print: of a licence that is in force by the log, of the very file that the register hands out.

1. `printable` says in one transaction what would be printed.
2. Outside any transaction the file is read and compared with its leaf (`read_original`).
3. `record_print` numbers the print in a second transaction, in which nobody else numbers one of the same licence.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import pikepdf
import sqlalchemy as sa

from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from registry.entries.models import Entry
from registry.entries.queries import entry_by_id
from registry.log.errors import LogBroken, LogUnreachable
from registry.prints.errors import LicenceNotInForce, OriginalRenewed
from registry.prints.models import CertifiedPrint
from registry.verification.by_code import verdict_of
from registry.verification.errors import EvidencePending
from registry.verification.record import Record, record_of
from registry.verification.result import Finding
from registry.verification.withdrawn import is_withdrawn

NOT_IN_FORCE: Mapping[Finding, str] = {
    Finding.PENDING: later("The licence is not in the public log yet; it can be printed in a few minutes."),
    Finding.NOT_YET: later("The first day of this licence is still to come; it cannot be printed before."),
    Finding.SUSPENDED: later("The licence is suspended: no certified print is made of it."),
    Finding.REVOKED: later("The licence was revoked: no certified print is made of it."),
    Finding.EXPIRED: later("The licence has expired: no certified print is made of it."),
}
DISAGREES = later("Register and public log disagree about this licence: no certified print is made of it.")
UNREACHABLE = later("The public log cannot be reached, so that nothing can be certified. Try again in a few minutes.")
PENDING = later("The licence is in force, but its evidence is not complete yet.")
WITHDRAWN = later(
    "A key that signed the file of this licence was lost; it can be printed once the new file is published."
)
NOT_THE_FILE = later("The stored file is not the document of this licence.")
RENEWED = later("The file of the licence was renewed just now. Nothing was printed; try again.")


@dataclass(frozen=True)
class Original:
    """What would be printed: the published file of an entry, by its SHA-256."""

    record: Record
    sha256: str

    @property
    def entry(self) -> Entry:
        return self.record.entry


def lock_prints(work: Work, entry_id: UUID) -> Entry:
    """Nobody else numbers a print of this entry before this transaction ends."""
    return work.session.scalars(sa.select(Entry).where(Entry.id == entry_id).with_for_update(key_share=True)).one()


def printable(work: Work, entry_id: UUID) -> Original:
    """The original of an entry in force; raises LicenceNotInForce, EvidencePending, LogBroken."""
    record = record_of(work, entry_by_id(work, entry_id))
    finding = verdict_of(work, record).finding
    if finding is Finding.LOG_UNREACHABLE or not record.reached:
        raise LogUnreachable(UNREACHABLE)
    if finding is not Finding.VALID:
        raise LicenceNotInForce(NOT_IN_FORCE.get(finding, DISAGREES))
    paper = record.paper
    if is_withdrawn(work, paper):
        raise EvidencePending(WITHDRAWN)
    if paper.published_at is None or paper.published_sha256 is None:
        raise EvidencePending(PENDING)
    return Original(record, paper.published_sha256)


def read_original(unit: UnitOfWork, original: Original) -> tuple[bytes, int]:
    """The file and how many pages it has; raises LogBroken when it does not carry the seal that the leaf tells of."""
    content = unit.tools[Storage].get(original.sha256)
    if not original.record.holds(content):
        raise LogBroken(NOT_THE_FILE)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return content, len(pdf.pages)


def record_print(work: Work, print_id: UUID, original: Original, sheets: int) -> CertifiedPrint:
    """The next print of the entry. `original` is what was read before; raises OriginalRenewed, as `printable` does."""
    lock_prints(work, original.entry.id)
    found = printable(work, original.entry.id)
    if found.sha256 != original.sha256:
        raise OriginalRenewed(RENEWED)
    last = sa.select(sa.func.coalesce(sa.func.max(CertifiedPrint.number), 0))
    made = CertifiedPrint(
        id=print_id,
        entry_id=found.entry.id,
        number=work.session.scalars(last.where(CertifiedPrint.entry_id == found.entry.id)).one() + 1,
        document_sha256=found.sha256,
        sheets=sheets,
        printed_at=work.clock.now().replace(microsecond=0),
    )
    work.session.add(made)
    work.session.flush()
    return made
