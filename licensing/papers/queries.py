"""Reads of papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from config.storage import Storage
from config.unit_of_work import Work
from licensing.applications.queries import visible_application
from licensing.papers.blanks import waited_too_long
from licensing.papers.errors import PaperNotDelivered, PaperNotFound
from licensing.papers.models import OfficialPaper


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


def papers_waiting_too_long(work: Work, kind: str, today: date) -> Sequence[OfficialPaper]:
    """Living papers of a kind, not delivered, whose printed day has passed or that were not signed for too long."""
    query = sa.select(OfficialPaper).where(
        OfficialPaper.kind == kind,
        OfficialPaper.void_reason.is_(None),
        OfficialPaper.delivered_at.is_(None),
        waited_too_long(OfficialPaper.issued_on, OfficialPaper.request_id, today),
    )
    return work.session.scalars(query.order_by(OfficialPaper.reserved_at)).all()
