"""How the evidence of all published papers stands: counts by rows, no file is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.models import Entry, Paper
from registry.preservation.models import PreservationFailure, PreservationRun, PublishedFile, TimestampCertificate
from registry.preservation.queries import CURRENT
from signing.trust.anchors import TrustStore

MINUTE = 23  # of each hour, when the round begins; the schedule in registry/wiring.py says the same
FAILURES_SHOWN, RUNS_SHOWN = 50, 5


@dataclass(frozen=True)
class Year:
    """Licences whose evidence ages out in one year, and how many of them are overdue or due within the lead time."""

    year: int
    count: int
    overdue: int
    due: int


@dataclass(frozen=True)
class Failure:
    """A paper whose evidence could not be renewed, by its register code."""

    register_code: str
    reason: str
    attempts: int
    failed_at: datetime
    next_try_at: datetime


@dataclass(frozen=True)
class Authority:
    """A timestamp certificate that present files rest on."""

    subject: str
    until: datetime
    count: int
    revoked_at: datetime | None
    distrusted: bool


@dataclass(frozen=True)
class Health:
    """The whole picture. `levels` by level; `waiting` are in force and have no evidence yet."""

    years: Sequence[Year]
    levels: Sequence[tuple[str, int]]
    waiting: int
    unknown: int
    failures: Sequence[Failure]
    failed: int
    runs: Sequence[PreservationRun]
    authorities: Sequence[Authority]
    next_round: datetime
    lead_days: int
    table: str

    @property
    def total(self) -> int:
        return sum(year.count for year in self.years)

    @property
    def overdue(self) -> int:
        return sum(year.overdue for year in self.years)

    @property
    def due(self) -> int:
        return sum(year.due for year in self.years)


def health(work: Work) -> Health:
    """Count everything anew."""
    table = work.tools[TrustStore].algorithms
    failed = work.session.scalar(sa.select(sa.func.count()).select_from(PreservationFailure)) or 0
    runs = work.session.scalars(sa.select(PreservationRun).order_by(PreservationRun.id.desc()).limit(RUNS_SHOWN)).all()
    return Health(
        years=_years(work),
        levels=_levels(work),
        waiting=_count(work, Paper.published_sha256.is_(None)),
        unknown=_count(work, Paper.published_sha256.is_not(None), ~sa.exists().where(CURRENT)),
        failures=_failures(work),
        failed=failed,
        runs=runs,
        authorities=_authorities(work),
        next_round=next_round(work.clock.now()),
        lead_days=work.tools[Settings].evidence.lead_days,
        table=table.name,
    )


def next_round(now: datetime) -> datetime:
    """When the next round begins, if a worker runs."""
    begins = now.astimezone(UTC).replace(minute=MINUTE, second=0, microsecond=0)
    return begins if begins > now else begins + timedelta(hours=1)


def _years(work: Work) -> Sequence[Year]:
    now = work.clock.now()
    lead = now + timedelta(days=work.tools[Settings].evidence.lead_days)
    until = PublishedFile.evidence_until
    year = sa.cast(sa.extract("year", sa.func.timezone(work.clock.zone.key, until)), sa.Integer)
    count = sa.func.count()
    query = (
        sa.select(year, count, count.filter(until <= now), count.filter(until > now, until <= lead))
        .join(Paper, CURRENT)
        .group_by(year)
        .order_by(year)
    )
    return [Year(*row) for row in work.session.execute(query)]


def _levels(work: Work) -> Sequence[tuple[str, int]]:
    query = sa.select(PublishedFile.level, sa.func.count()).join(Paper, CURRENT).group_by(PublishedFile.level)
    return [(level, count) for level, count in work.session.execute(query.order_by(PublishedFile.level))]


def _count(work: Work, *which: sa.ColumnElement[bool]) -> int:
    return work.session.scalar(sa.select(sa.func.count()).select_from(Paper).where(*which)) or 0


def _failures(work: Work) -> Sequence[Failure]:
    columns = (PreservationFailure.reason, PreservationFailure.attempts, PreservationFailure.failed_at)
    query = (
        sa.select(Entry.register_code, *columns, PreservationFailure.next_try_at)
        .join(Paper, Paper.id == PreservationFailure.paper_id)
        .join(Entry, Entry.id == Paper.entry_id)
        .order_by(PreservationFailure.failed_at.desc(), Paper.id)
        .limit(FAILURES_SHOWN)
    )
    return [Failure(*row) for row in work.session.execute(query)]


def _authorities(work: Work) -> Sequence[Authority]:
    distrusted = work.tools[Settings].evidence.distrusted
    query = (
        sa.select(TimestampCertificate, sa.func.count())
        .join(PublishedFile, PublishedFile.certificate == TimestampCertificate.sha256)
        .join(Paper, CURRENT)
        .group_by(TimestampCertificate.sha256)
        .order_by(TimestampCertificate.until)
    )
    return [
        Authority(one.subject, one.until, count, one.revoked_at, one.sha256 in distrusted)
        for one, count in work.session.execute(query)
    ]
