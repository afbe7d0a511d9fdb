"""Give a logged paper its evidence, so that it proves itself after all certificates have expired (issuance step 8).

The proof of the log will be put into the seal here first (step 7), before the timestamp that covers it.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
import structlog

from config.access import SYSTEM
from config.errors import Unavailable
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.events import PaperPreserved
from registry.entries.models import EntryEvent, Paper
from registry.log.models import LogLeaf, SignedCheckpoint
from registry.preservation.files import keep_file
from signing.pades.levels import Level
from signing.preservation.errors import LevelNotReached
from signing.preservation.renew import preserve_document
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource

LEAST_LEVEL = Level.B_LTA  # no setting asks for less of what stands in the register
log = structlog.get_logger()


def preserve_paper(unit: UnitOfWork, paper_id: UUID) -> None:
    """Add revocation data issued after the signatures, and a document timestamp; the first finished file wins.

    Raises what says that a server does not answer, or not yet: the job tries again, the licence is in force meanwhile.
    """
    with unit.begin(SYSTEM) as work:
        paper = work.session.get_one(Paper, paper_id)
    if paper.published_sha256 is not None:
        return
    sealed = unit.tools[Storage].get(paper.sealed_sha256)
    preserved = preserve_document(sealed, unit.tools[RevocationSource], unit.tools[Timestamper].token)
    if not preserved.life.level.reaches(LEAST_LEVEL):
        raise LevelNotReached("The document does not reach the level that its kind must have.")
    digest = unit.tools[Storage].put(preserved.pdf)
    with unit.begin(SYSTEM) as work:
        locked = work.session.scalars(sa.select(Paper).where(Paper.id == paper_id).with_for_update()).one()
        if locked.published_sha256 is None:
            locked.published_sha256, locked.preserved_at = digest, work.clock.now()
            keep_file(work, locked, digest, preserved.life)
            work.record(PaperPreserved(locked.entry_id, locked.id))


def preserve_waiting(unit: UnitOfWork) -> None:
    """Preserve every logged paper that has no evidence yet (periodic: a net under the jobs, whose attempts end).

    One paper that fails does not keep the others waiting; a server that does not answer ends the round.
    """
    failed: Exception | None = None
    for paper_id in _waiting(unit):
        try:
            preserve_paper(unit, paper_id)
        except Unavailable as error:
            log.warning("evidence waits", paper=str(paper_id), error=type(error).__name__)
            return
        except Exception as error:  # told at the end of the round
            failed = error
    if failed is not None:
        raise failed


def _waiting(unit: UnitOfWork) -> list[UUID]:
    """Papers without evidence whose entry is in the log under a signed head, the oldest first."""
    covered = sa.select(sa.func.coalesce(sa.func.max(SignedCheckpoint.size), 0)).scalar_subquery()
    logged = (
        sa.select(LogLeaf.leaf_index)
        .join(EntryEvent, EntryEvent.id == LogLeaf.event_id)
        .where(EntryEvent.entry_id == Paper.entry_id, EntryEvent.seq == 1, LogLeaf.leaf_index < covered)
    )
    with unit.begin(SYSTEM) as work:
        query = sa.select(Paper.id).where(Paper.published_sha256.is_(None), sa.exists(logged))
        return list(work.session.scalars(query.order_by(Paper.status_list, Paper.id)))
