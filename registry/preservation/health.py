"""How the evidence of all published papers stands: counts by rows, no file is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    """Count everything anew, in one pass over the present files."""
    rows = _grouped(work)
    published, waiting = work.session.execute(
        sa.select(sa.func.count(Paper.published_sha256), sa.func.count().filter(Paper.published_sha256.is_(None)))
    ).one()
    failed = work.session.scalar(sa.select(sa.func.count()).select_from(PreservationFailure)) or 0
    runs = work.session.scalars(sa.select(PreservationRun).order_by(PreservationRun.id.desc()).limit(RUNS_SHOWN)).all()
    return Health(
        years=_years(rows),
        levels=sorted(_sums(rows, lambda row: row.level).items()),
        waiting=waiting,
        unknown=published - sum(row.count for row in rows),
        failures=_failures(work),
        failed=failed,
        runs=runs,
        authorities=_authorities(work, _sums(rows, lambda row: row.certificate)),
        next_round=next_round(work.clock.now()),
        lead_days=work.tools[Settings].evidence.lead_days,
        table=work.tools[TrustStore].algorithms.name,
    )


def next_round(now: datetime) -> datetime:
    """When the next round begins, if a worker runs."""
    begins = now.astimezone(UTC).replace(minute=MINUTE, second=0, microsecond=0)
    return begins if begins > now else begins + timedelta(hours=1)


@dataclass(frozen=True)
class _Row:
    year: int
    level: str
    certificate: str
    count: int
    overdue: int
    due: int


def _grouped(work: Work) -> Sequence[_Row]:
    now = work.clock.now()
    lead = now + timedelta(days=work.tools[Settings].evidence.lead_days)
    until = PublishedFile.evidence_until
    year = sa.cast(sa.extract("year", sa.func.timezone(work.clock.zone.key, until)), sa.Integer)
    parts = (year, PublishedFile.level, PublishedFile.certificate)
    count = sa.func.count()
    query = (
        sa.select(*parts, count, count.filter(until <= now), count.filter(until > now, until <= lead))
        .join(Paper, CURRENT)
        .group_by(*parts)
    )
    return [_Row(*row) for row in work.session.execute(query)]


def _years(rows: Sequence[_Row]) -> Sequence[Year]:
    found: dict[int, Year] = {}
    for row in sorted(rows, key=lambda row: row.year):
        before = found.get(row.year, Year(row.year, 0, 0, 0))
        found[row.year] = Year(row.year, before.count + row.count, before.overdue + row.overdue, before.due + row.due)
    return list(found.values())


def _sums(rows: Sequence[_Row], key: Callable[[_Row], str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), 0) + row.count
    return found


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


def _authorities(work: Work, counts: Mapping[str, int]) -> Sequence[Authority]:
    distrusted = work.tools[Settings].evidence.distrusted
    query = sa.select(TimestampCertificate).where(TimestampCertificate.sha256.in_(counts))
    return [
        Authority(one.subject, one.until, counts[one.sha256], one.revoked_at, one.sha256 in distrusted)
        for one in work.session.scalars(query.order_by(TimestampCertificate.until))
    ]
