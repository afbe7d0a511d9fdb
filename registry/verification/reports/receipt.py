"""A report on a file that is signed: filed with the receipts of the service, signed and time-stamped by a job.

The file stays out of it. Only what was told is kept, and handed out for some hours at an address that nobody can guess.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from config.access import VISITOR
from config.plain import to_bytes
from config.sentences import later
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.verification.errors import ReportGone, TooManyReports
from registry.verification.reports.as_pdf import pdf_report
from registry.verification.reports.ticket import Ticket
from signing.receipts.errors import ReceiptNotFound
from signing.receipts.file import file_receipt
from signing.receipts.queries import Filed, filed_since, receipt_for, receipt_of

KIND = "verification report"  # as receipts name it
HOUR = timedelta(hours=1)


def file_report(unit: UnitOfWork, ticket: Ticket, language: str) -> UUID:
    """File the report in the language of the request and have it signed; the id that its address is made of.

    The same ticket in the same language finds the report that was filed first. Raises TooManyReports, and as
    `pdf_report` does. Nothing is typeset inside a transaction.
    """
    subject = hashlib.sha256(to_bytes(ticket)).hexdigest()
    with unit.begin(VISITOR) as work:
        known = receipt_for(work, KIND, subject, language)
        if known is not None:
            return known
        _refuse_too_many(work)
    document = pdf_report(unit, ticket, to_be_signed=True)
    with unit.begin(VISITOR) as work:
        return file_receipt(work, document, KIND, subject, language)


def filed_report(work: Work, receipt_id: UUID, *, with_content: bool = False) -> Filed:
    """A report by its id, while its time lasts; raises ReportGone. Receipts of other kinds are nobody's business."""
    gone = ReportGone(later("There is no signed report at this address, or its time is over. Check the file again."))
    try:
        filed = receipt_of(work, receipt_id, with_content=False)
    except ReceiptNotFound:
        raise gone from None
    lasts = timedelta(hours=work.tools[Settings].report_hours)
    if filed.kind != KIND or work.clock.now() - filed.filed_at > lasts:
        raise gone
    return receipt_of(work, receipt_id) if with_content else filed


def _refuse_too_many(work: Work) -> None:
    if filed_since(work, KIND, work.clock.now() - HOUR) >= work.tools[Settings].reports_an_hour:
        raise TooManyReports(
            later("Too many signed reports were asked for in this hour. Take the report without a signature, or wait.")
        )
