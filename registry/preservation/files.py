"""What the register keeps of each published file; its dates are kept true under the table of algorithms in use."""

from __future__ import annotations

import hashlib
from datetime import date

import sqlalchemy as sa
from cryptography import x509
from sqlalchemy.dialects.postgresql import insert

from config.unit_of_work import Work
from registry.entries.models import Paper
from registry.preservation.models import PublishedFile, TimestampCertificate
from signing.preservation.lives import Life
from signing.trust.algorithms import AlgorithmTable, ends
from signing.trust.anchors import TrustStore

SEPARATOR = ", "


def keep_file(work: Work, paper: Paper, digest: str, life: Life) -> None:
    """Put a file of a paper on record, once; the paper's row is locked by the caller."""
    certificate = _keep_certificate(work, life)
    table = work.tools[TrustStore].algorithms
    of_paper = sa.select(sa.func.count()).where(PublishedFile.paper_id == paper.id).scalar_subquery()
    values = {
        "sha256": digest,
        "paper_id": paper.id,
        "number": of_paper,
        "published_at": paper.preserved_at or work.clock.now(),
        "level": life.level,
        "timestamp_at": life.at,
        "certificate": certificate,
        "certificate_until": life.certificate_until,
        "algorithms": SEPARATOR.join(life.algorithms),
        "algorithm_until": life.algorithm_until(table),
        "evidence_until": life.until(table),
    }
    work.session.execute(insert(PublishedFile).values(values).on_conflict_do_nothing(index_elements=["sha256"]))


def _keep_certificate(work: Work, life: Life) -> str:
    digest, parsed = hashlib.sha256(life.certificate).hexdigest(), x509.load_der_x509_certificate(life.certificate)
    values = {
        "sha256": digest,
        "der": life.certificate,
        "above": list(life.above),
        "subject": parsed.subject.rfc4514_string(),
        "until": parsed.not_valid_after_utc,
    }
    row = insert(TimestampCertificate).values(values)
    work.session.execute(row.on_conflict_do_nothing(index_elements=["sha256"]))
    return digest


def refresh_dates(work: Work) -> None:
    """Reckon the ends of algorithms anew: the table may have been replaced. Touches what differs, by kinds of file."""
    table = work.tools[TrustStore].algorithms
    kinds = sa.select(PublishedFile.algorithms).distinct()
    for algorithms in work.session.scalars(kinds).all():
        until = ends(_weakest(table, algorithms))
        earlier = PublishedFile.certificate_until
        evidence = earlier if until is None else sa.func.least(earlier, until)
        differs = PublishedFile.algorithm_until.is_distinct_from(until)
        change = sa.update(PublishedFile).where(PublishedFile.algorithms == algorithms, differs)
        work.session.execute(change.values(algorithm_until=until, evidence_until=evidence))


def _weakest(table: AlgorithmTable, algorithms: str) -> date | None:
    return table.weakest(algorithms.split(SEPARATOR))[1]
