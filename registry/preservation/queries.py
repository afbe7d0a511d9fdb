"""Which papers are due for new evidence, found by the dates on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.models import Entry, Paper
from registry.preservation.models import PreservationFailure, PublishedFile, TimestampCertificate

CURRENT = PublishedFile.sha256 == Paper.published_sha256


@dataclass(frozen=True)
class Due:
    """A paper with its present file. `pressing`: within the lead time; `distrusted`: its timestamp is not relied on."""

    paper_id: UUID
    register_code: str
    sha256: str
    evidence_until: datetime
    pressing: bool
    distrusted: bool


def due_papers(
    work: Work, *, everything: bool = False, waiting: bool = False, limit: int | None = None
) -> Sequence[Due]:
    """Papers whose evidence ages out within the lead time, or rests on what is distrusted or revoked; soonest first.

    With `everything` all papers. With `waiting` also those that failed and whose next try is not yet due.
    """
    evidence, now = work.tools[Settings].evidence, work.clock.now()
    bad = sa.or_(TimestampCertificate.revoked_at.is_not(None), TimestampCertificate.sha256.in_(evidence.distrusted))
    ages = PublishedFile.evidence_until <= now + timedelta(days=evidence.lead_days)
    query = (
        sa.select(Paper.id, Entry.register_code, PublishedFile.sha256, PublishedFile.evidence_until, ages, bad)
        .join(PublishedFile, CURRENT)
        .join(Entry, Entry.id == Paper.entry_id)
        .join(TimestampCertificate, TimestampCertificate.sha256 == PublishedFile.certificate)
        .outerjoin(PreservationFailure, PreservationFailure.paper_id == Paper.id)
        .order_by(PublishedFile.evidence_until, Paper.id)
        .limit(limit)
    )
    if not everything:
        query = query.where(sa.or_(ages, bad))
    if not waiting:
        rested = sa.or_(PreservationFailure.paper_id.is_(None), PreservationFailure.next_try_at <= now)
        query = query.where(rested)
    return [Due(*row) for row in work.session.execute(query)]


def not_on_record(work: Work, after: UUID, limit: int) -> Sequence[Paper]:
    """Published papers whose file was never looked into, those of before the history was kept; by id, after one."""
    known = sa.exists().where(CURRENT)
    query = sa.select(Paper).where(Paper.published_sha256.is_not(None), ~known, Paper.id > after)
    return work.session.scalars(query.order_by(Paper.id).limit(limit)).all()


def certificates_in_use(work: Work) -> Sequence[TimestampCertificate]:
    """Certificates that a present file rests on and that are not known to be revoked."""
    used = sa.exists().where(PublishedFile.certificate == TimestampCertificate.sha256, CURRENT)
    return work.session.scalars(
        sa.select(TimestampCertificate).where(used, TimestampCertificate.revoked_at.is_(None))
    ).all()
