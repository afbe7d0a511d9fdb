"""Renew the evidence of one published paper; its new file takes the old one's place at once, and the old one is kept.

1. Read the present file; it must carry the seal that its paper is on record with.
2. Ask for revocation data and a timestamp, outside any transaction: this may take minutes.
3. Store the new file, which begins with the old one byte for byte.
4. Replace the digest, if nobody else has meanwhile, and put the new file on record, in one transaction.

A kill between two steps leaves the old file in place, at worst with a stored file that nobody names.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.events import PaperRenewed
from registry.entries.models import Paper
from registry.preservation.errors import NotTheLeafs
from registry.preservation.files import keep_file
from registry.preservation.models import PreservationFailure
from registry.preservation.preserve import LEAST_LEVEL
from registry.preservation.queries import Due
from signing.pades.digest import seal_facts
from signing.preservation.errors import LevelNotReached
from signing.preservation.renew import Preserved, renew_document
from signing.timestamps.client import Timestamper
from signing.trust.anchors import TrustStore
from signing.trust.revocation import RevocationSource

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def renew_paper(unit: UnitOfWork, due: Due) -> bool:
    """Give a paper fresh evidence; False when somebody else did meanwhile. Raises why it could not be."""
    with unit.begin(SYSTEM) as work:
        paper = work.session.get_one(Paper, due.paper_id)
    if paper.published_sha256 != due.sha256:
        return False
    old = unit.tools[Storage].get(due.sha256)  # 1
    _check_seal(paper, old)
    renewed = renew_document(  # 2
        old,
        unit.tools[RevocationSource],
        unit.tools[Timestamper].token,
        unit.tools[TrustStore].algorithms,
        LONG_AGO if due.distrusted else due.evidence_until,
    )
    if not renewed.life.level.reaches(LEAST_LEVEL):
        raise LevelNotReached("The document does not reach the level that its kind must have.")
    _check_seal(paper, renewed.pdf)
    digest = unit.tools[Storage].put(renewed.pdf)  # 3
    return _replace(unit, due, digest, renewed)  # 4


def _replace(unit: UnitOfWork, due: Due, digest: str, renewed: Preserved) -> bool:
    with unit.begin(SYSTEM) as work:
        locked = work.session.scalars(sa.select(Paper).where(Paper.id == due.paper_id).with_for_update()).one()
        if locked.published_sha256 != due.sha256:
            return False
        locked.published_sha256, locked.preserved_at = digest, work.clock.now()
        keep_file(work, locked, digest, renewed.life)
        work.session.execute(sa.delete(PreservationFailure).where(PreservationFailure.paper_id == due.paper_id))
        work.record(PaperRenewed(locked.entry_id, locked.id))
    return True


def _check_seal(paper: Paper, pdf: bytes) -> None:
    """What the leaf says of the seal (`pdf`, `sv`, `sk`) stays true, whatever is added behind it."""
    facts = seal_facts(pdf)
    if (facts.byte_range_digest, facts.signature_value_sha256, facts.certificate_sha256) != (
        paper.pdf,
        paper.sv,
        paper.sk,
    ):
        raise NotTheLeafs("The stored file does not carry the seal of its paper.")
