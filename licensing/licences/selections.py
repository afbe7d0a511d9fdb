"""The documents that somebody ticked, kept so that hundreds can be looked at one by one and signed together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.sentences import later, say
from config.unit_of_work import Work
from licensing.licences.errors import SelectionNotFound, TooManyTicked
from licensing.licences.models import DocumentSelection

MOST = 1000  # at once, for signing and sealing alike: so many the signer process authorises with one PIN
KEPT = timedelta(days=7)  # a selection is for one sitting; what was not finished by then is ticked again


def keep_selection(work: Work, request_ids: Sequence[UUID]) -> UUID:
    """Keep what the caller ticked, in this order, each once; returns its id. Raises TooManyTicked."""
    ticked = list(dict.fromkeys(request_ids))
    if fault := too_many(ticked):
        raise TooManyTicked(fault)
    own = DocumentSelection.account_id == work.actor.account_id
    work.session.execute(
        sa.delete(DocumentSelection).where(own, DocumentSelection.created_at < work.clock.now() - KEPT)
    )
    kept = DocumentSelection(id=tokens.new_id(), account_id=work.actor.account_id, created_at=work.clock.now())
    kept.request_ids = [str(item) for item in ticked]
    work.session.add(kept)
    return kept.id


def too_many(request_ids: Sequence[UUID]) -> str | None:
    """What is wrong about so many ticks, if anything."""
    return say("Tick at most {most} documents at once.", most=MOST) if len(request_ids) > MOST else None


def selected(work: Work, selection_id: UUID) -> list[UUID]:
    """What the caller ticked, in order; raises SelectionNotFound."""
    found = work.session.get(DocumentSelection, selection_id)
    if found is None or found.account_id != work.actor.account_id:
        raise SelectionNotFound(later("These ticks are not kept any more. Tick the documents again."))
    return [UUID(item) for item in found.request_ids]
