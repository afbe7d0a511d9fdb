"""An official says what was done about a suspicion; and what people wrote is erased when its time is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from config.access import SYSTEM
from config.sentences import later, say
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.suspicions.errors import HandledBefore, SuspicionNotAccepted
from registry.suspicions.events import SuspicionHandled
from registry.suspicions.models import Suspicion, SuspicionFile
from registry.suspicions.queries import suspicion_by_id
from registry.suspicions.tell import LONGEST_NOTE

COUNTED_FOR = timedelta(days=1)


def handle(work: Work, suspicion_id: UUID, handling: str) -> Suspicion:
    """Mark it handled, once; raises SuspicionNotFound, HandledBefore, SuspicionNotAccepted."""
    found, text = suspicion_by_id(work, suspicion_id, lock=True), handling.strip()
    if found.handled_at is not None:
        if found.handled_by == work.actor.account_id and found.handling == text:
            return found
        raise HandledBefore(say("{name} has handled this already.", name=found.handled_by_name))
    if not text or len(text) > LONGEST_NOTE or "\x00" in text:
        raise SuspicionNotAccepted(later("Write what was done, in at most 2000 characters."))
    found.handled_at, found.handled_by = work.clock.now(), work.actor.account_id
    found.handled_by_name, found.handling = work.actor.name, text
    work.session.flush()
    work.record(SuspicionHandled(found.id))
    return found


def forget_tellers(unit: UnitOfWork) -> None:
    """Erase note, contact and file after REPORT_KEEP_DAYS, and after a day from which network it came."""
    with unit.begin(SYSTEM) as work:
        now = work.clock.now()
        since = now - timedelta(days=work.tools[Settings].report_days)
        over = sa.and_(Suspicion.told_at < since, Suspicion.erased_at.is_(None))
        old = sa.select(Suspicion.id).where(over)
        work.session.execute(sa.delete(SuspicionFile).where(SuspicionFile.suspicion_id.in_(old)))
        work.session.execute(sa.update(Suspicion).where(over).values(note="", contact="", erased_at=now))
        counted = sa.and_(Suspicion.told_at < now - COUNTED_FOR, Suspicion.network_mark.is_not(None))
        work.session.execute(sa.update(Suspicion).where(counted).values(network_mark=None))
