"""Give a logged paper its evidence, so that it proves itself after all certificates have expired (issuance step 8).

The proof of the log will be put into the seal here first (step 7), before the timestamp that covers it.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.events import PaperPreserved
from registry.entries.models import Paper
from signing.pades.certificates import authorities_among, certificates_of
from signing.pades.extend import preserve
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource


def preserve_paper(unit: UnitOfWork, paper_id: UUID) -> None:
    """Add revocation data issued after the signatures, and a document timestamp; the first finished file wins.

    Raises what says that a server does not answer, or not yet: the job tries again, the licence is in force meanwhile.
    """
    with unit.begin(SYSTEM) as work:
        paper = work.session.get_one(Paper, paper_id)
    if paper.published_sha256 is not None:
        return
    sealed = unit.tools[Storage].get(paper.sealed_sha256)
    certificates = certificates_of(sealed)
    revocation = unit.tools[RevocationSource].fetch(certificates)
    crls, ocsps = list(revocation.crls), list(revocation.ocsps)
    finished = preserve(sealed, authorities_among(certificates), crls, ocsps, unit.tools[Timestamper].token)
    digest = unit.tools[Storage].put(finished)
    with unit.begin(SYSTEM) as work:
        locked = work.session.scalars(sa.select(Paper).where(Paper.id == paper_id).with_for_update()).one()
        if locked.published_sha256 is None:
            locked.published_sha256, locked.preserved_at = digest, work.clock.now()
            work.record(PaperPreserved(locked.entry_id, locked.id))
