"""A year of a register as PDF/A that the service signs: filed when somebody asks, handed out once it is signed."""

from __future__ import annotations

import hashlib
from uuid import UUID

from config.access import Actor
from config.sentences import later
from config.unit_of_work import UnitOfWork, Work
from licensing.licences.registers.errors import ExportNotSigned, RegisterNotFound
from licensing.licences.registers.export import export_pdf
from licensing.licences.registers.queries import agency_in_reach
from signing.receipts.errors import ReceiptNotFound
from signing.receipts.file import file_receipt
from signing.receipts.queries import Filed, ReceiptState, receipt_of

KIND = "number register"  # as receipts name it
NO_EXPORT = later("There is no such file of this register.")


def order_signed(unit: UnitOfWork, actor: Actor, code: str, year: int, series: str = "") -> UUID:
    """Make the PDF of a year as it stands now and file it; the same bytes, as of a double click, are one file.

    Raises what `export_pdf` does.
    """
    name, content = export_pdf(unit, actor, code, year, series)
    with unit.begin(actor) as work:
        version = hashlib.sha256(content).hexdigest()
        return file_receipt(work, content, KIND, _subject(code, year, name), version)


def ordered(work: Work, code: str, year: int, receipt_id: UUID) -> Filed:
    """How far the signature of such a file is; raises RegisterNotFound, also for a file of another register."""
    agency = agency_in_reach(work, code)
    try:
        filed = receipt_of(work, receipt_id, with_content=False)
    except ReceiptNotFound:
        raise RegisterNotFound(NO_EXPORT) from None
    if filed.kind != KIND or not filed.subject.startswith(_subject(agency.code, year, "")):
        raise RegisterNotFound(NO_EXPORT)
    return filed


def signed_file(work: Work, code: str, year: int, receipt_id: UUID) -> tuple[str, bytes]:
    """A name for the file, and the signed file; raises RegisterNotFound, ExportNotSigned."""
    filed = ordered(work, code, year, receipt_id)
    content = receipt_of(work, filed.id).content
    if filed.state is not ReceiptState.SIGNED or content is None:
        raise ExportNotSigned(later("The file is being signed. Try again in a moment."))
    return filed.subject.rpartition("/")[2], content


def _subject(code: str, year: int, name: str) -> str:
    """Which register a file is of, and how it is called."""
    return f"{code}/{year}/{name[-70:]}"
