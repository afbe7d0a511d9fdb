"""One round over all papers whose evidence ages out: by the clock, or by `antin signing preserve`.

Nothing is held while an authority is asked. A paper that fails stops no other and is tried again later; an authority
that does not answer, or lies, ends the round. Every step may be repeated: the next round takes up what this one left.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from config import tokens
from config.access import SYSTEM
from config.errors import Refused, Unavailable
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.models import Paper
from registry.preservation.errors import AuthorityDistrusted
from registry.preservation.files import keep_file, refresh_dates
from registry.preservation.models import PreservationFailure, PreservationRun, TimestampCertificate
from registry.preservation.queries import Due, certificates_in_use, due_papers, not_on_record
from registry.preservation.renew import renew_paper
from signing.pades.errors import EvidenceMissing, EvidenceTooOld
from signing.preservation.errors import NothingGained
from signing.preservation.lives import life_of, life_of_token
from signing.timestamps.client import Timestamper
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationNotTrusted, RevocationUnavailable
from signing.trust.revocation import RevocationSource
from signing.trust.revoked import revoked_at

AT_ONCE = 100  # rows that are held in memory while files are looked into
ROUND = 5_000  # papers of one round; the next one is an hour later
LONGEST_REST = timedelta(days=7)  # between two tries of a paper that fails
OF_ONE_PAPER = (RevocationNotTrusted, EvidenceMissing, EvidenceTooOld)  # unavailable, but not for every other

log = structlog.get_logger()


@dataclass
class Outcome:
    """What a round did; `stopped_by` names what ended it early."""

    renewed: int = 0
    failed: int = 0
    left: int = 0  # not due, and nothing to gain
    stopped_by: str | None = None


def renew_due(unit: UnitOfWork) -> None:
    """The periodic process: look into what is not on record, then renew what is due."""
    take_stock(unit)
    renew_round(unit)


def take_stock(unit: UnitOfWork) -> None:
    """Bring what is on record up to date: files of before, the table of algorithms, revoked certificates."""
    look_into_files(unit)
    with unit.begin(SYSTEM) as work:
        refresh_dates(work)
        certificates = certificates_in_use(work)
    for certificate in certificates:
        try:
            chain = [certificate.der, *certificate.above]
            at = revoked_at(unit.tools[RevocationSource].fetch(chain), certificate.der)
        except RevocationUnavailable as error:
            log.warning("nobody says whether a timestamp's certificate is revoked", error=type(error).__name__)
            continue
        if at is not None:
            with unit.begin(SYSTEM) as work:
                work.session.get_one(TimestampCertificate, certificate.sha256).revoked_at = at


def look_into_files(unit: UnitOfWork) -> None:
    """Put files on record that were published before the history was kept."""
    last = uuid.UUID(int=0)
    while True:
        with unit.begin(SYSTEM) as work:
            papers = not_on_record(work, last, AT_ONCE)
        if not papers:
            return
        for paper in papers:
            last = paper.id
            try:
                life = life_of(unit.tools[Storage].get(paper.published_sha256 or ""))
                with unit.begin(SYSTEM) as work:
                    query = sa.select(Paper).where(Paper.id == paper.id).with_for_update()
                    keep_file(work, work.session.scalars(query).one(), paper.published_sha256 or "", life)
            except Exception as error:  # one damaged file keeps no other from being counted
                _failed(unit, paper.id, error)


def renew_round(unit: UnitOfWork, *, everything: bool = False, again: bool = False) -> Outcome:
    """Renew what is due, or everything; with `again` also what failed a short while ago."""
    with unit.begin(SYSTEM) as work:
        limit = None if everything else ROUND
        found = due_papers(work, everything=everything, waiting=again, limit=limit)
        run = PreservationRun(began_at=work.clock.now(), renewed=0, failed=0)
        work.session.add(run)
        work.session.flush()
    outcome = Outcome()
    try:
        if found:
            horizon = _horizon(unit)
            for due in found:
                _renew(unit, due, horizon, outcome)
    except Unavailable as error:
        log.warning("renewal waits", error=type(error).__name__)
        outcome.stopped_by = type(error).__name__
    with unit.begin(SYSTEM) as work:
        ended = work.session.get_one(PreservationRun, run.id)
        ended.ended_at = work.clock.now()
        ended.renewed, ended.failed, ended.stopped_by = outcome.renewed, outcome.failed, outcome.stopped_by
    return outcome


def _horizon(unit: UnitOfWork) -> datetime:
    """How long a timestamp of today would last: what lasts as long is not worth a revision, nor opening its file.

    One of an authority that is itself not relied on would be renewed again and again: AuthorityDistrusted.
    """
    life = life_of_token(unit.tools[Timestamper].token(tokens.random_bytes(32)))
    digest = hashlib.sha256(life.certificate).hexdigest()
    with unit.begin(SYSTEM) as work:
        known = work.session.get(TimestampCertificate, digest)
        revoked = known is not None and known.revoked_at is not None
        if revoked or digest in work.tools[Settings].evidence.distrusted:
            raise AuthorityDistrusted("The time-stamping authority in use is not relied on any more.")
    return life.until(unit.tools[TrustStore].algorithms)


def _renew(unit: UnitOfWork, due: Due, horizon: datetime, outcome: Outcome) -> None:
    try:
        if due.evidence_until >= horizon and not due.distrusted:
            raise NothingGained("The new timestamp would not last longer than the one that is there.")
        outcome.renewed += renew_paper(unit, due)
    except Exception as error:  # kept with its paper, shown on the page of preservation, tried again
        if isinstance(error, Unavailable) and not isinstance(error, OF_ONE_PAPER):
            raise
        if isinstance(error, NothingGained) and not due.pressing:
            outcome.left += 1
            return
        outcome.failed += 1
        _failed(unit, due.paper_id, error)


def _failed(unit: UnitOfWork, paper_id: UUID, error: Exception) -> None:
    log.warning("evidence not renewed", paper=str(paper_id), error=type(error).__name__)
    with unit.begin(SYSTEM) as work:
        before = work.session.get(PreservationFailure, paper_id)
        attempts = before.attempts + 1 if before else 1
        now = work.clock.now()
        values = {
            "reason": type(error).__name__[:60],
            "detail": (error.detail if isinstance(error, Refused) else str(error))[:500],
            "attempts": attempts,
            "failed_at": now,
            "next_try_at": now + min(timedelta(hours=2 ** min(attempts, 12)), LONGEST_REST),
        }
        row = insert(PreservationFailure).values(paper_id=paper_id, **values)
        work.session.execute(row.on_conflict_do_update(index_elements=["paper_id"], set_=values))
