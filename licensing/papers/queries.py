"""Reads of papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from config.sentences import later
from config.storage import Storage
from config.unit_of_work import Work
from licensing.applications.queries import visible_application
from licensing.papers.errors import PaperNotDelivered, PaperNotFound, SlipNotFound, SlipNotSigned
from licensing.papers.models import AppointmentSlip, OfficialPaper
from signing.receipts.queries import Filed, ReceiptState, receipt_of

NO_SLIP = later("This application has no appointment slip.")


def living_paper(work: Work, kind: str, subject: str) -> OfficialPaper | None:
    """The paper of this kind for a subject that is not void, locked."""
    query = sa.select(OfficialPaper).where(
        OfficialPaper.kind == kind, OfficialPaper.subject == subject, OfficialPaper.void_reason.is_(None)
    )
    return work.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def papers_of(work: Work, application_id: UUID) -> Sequence[OfficialPaper]:
    """The papers of an application that the caller may see, those that were delivered, the oldest first."""
    application = visible_application(work, application_id)
    query = sa.select(OfficialPaper).where(
        OfficialPaper.application_id == application.id, OfficialPaper.delivered_at.is_not(None)
    )
    return work.session.scalars(query.order_by(OfficialPaper.delivered_at, OfficialPaper.id)).all()


def paper_file(work: Work, paper_id: UUID) -> tuple[OfficialPaper, bytes]:
    """A delivered paper and its file, for whoever may see its application; raises PaperNotFound, PaperNotDelivered."""
    paper = work.session.get(OfficialPaper, paper_id)
    if paper is None:
        raise PaperNotFound("There is no such paper.")
    visible_application(work, paper.application_id)
    if paper.file_sha256 is None:
        raise PaperNotDelivered("This paper is not ready yet.")
    return paper, work.tools[Storage].get(paper.file_sha256)


def papers_dated_before(work: Work, kind: str, day: date) -> Sequence[OfficialPaper]:
    """Living papers of a kind whose printed date has passed and that were not delivered."""
    query = sa.select(OfficialPaper).where(
        OfficialPaper.kind == kind,
        OfficialPaper.void_reason.is_(None),
        OfficialPaper.delivered_at.is_(None),
        OfficialPaper.issued_on < day,
    )
    return work.session.scalars(query.order_by(OfficialPaper.reserved_at)).all()


@dataclass(frozen=True)
class Slip:
    """An appointment slip: its number, and how far its signature is."""

    number: str
    filed: Filed

    @property
    def signed(self) -> bool:
        return self.filed.state is ReceiptState.SIGNED


def slip_of(work: Work, application_id: UUID) -> Slip | None:
    """The appointment slip of an application that the caller may see, as soon as its document is filed."""
    application = visible_application(work, application_id)
    slip = work.session.get(AppointmentSlip, application.id)
    if slip is None or slip.receipt_id is None:
        return None
    return Slip(slip.number, receipt_of(work, slip.receipt_id, with_content=False))


def slip_file(work: Work, application_id: UUID) -> tuple[str, bytes]:
    """A name for the file, and the signed slip; raises SlipNotFound, SlipNotSigned."""
    slip = slip_of(work, application_id)
    if slip is None:
        raise SlipNotFound(NO_SLIP)
    if not slip.signed:
        raise SlipNotSigned(later("The appointment slip is being signed. Try again in a moment."))
    content = receipt_of(work, slip.filed.id).content
    return f"giay-tiep-nhan-{slip.number.replace('/', '-')}.pdf", content or b""
