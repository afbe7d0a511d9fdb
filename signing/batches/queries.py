"""Reads of batches."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from config.sentences import Sentence, later, say
from config.unit_of_work import Work
from signing.batches.errors import BatchNotFound
from signing.batches.models import Batch, BatchItem, ItemState


def batch_of(work: Work, batch_id: UUID, signatory: str) -> Batch:
    """A batch with its items, for the official who opened it (BatchNotFound)."""
    query = select(Batch).where(Batch.id == batch_id, Batch.signatory == signatory).options(selectinload(Batch.items))
    if found := work.session.scalar(query):
        return found
    raise BatchNotFound(later("There is no such list of documents."))


def item_of(work: Work, batch_id: UUID, request_id: UUID, *, lock: bool = False) -> BatchItem:
    """One document of a batch, with the batch."""
    query = (
        select(BatchItem)
        .where(BatchItem.batch_id == batch_id, BatchItem.request_id == request_id)
        .options(joinedload(BatchItem.batch, innerjoin=True))
        .execution_options(populate_existing=True)
    )
    return work.session.execute(query.with_for_update(of=BatchItem) if lock else query).scalar_one()


def being_signed(work: Work, signatory: str) -> dict[UUID, UUID]:
    """Which documents wait in a batch of this official whose time is not over: request → batch."""
    query = (
        select(BatchItem.request_id, BatchItem.batch_id)
        .join(Batch)
        .where(Batch.signatory == signatory, Batch.ends_at > work.clock.now(), BatchItem.state == ItemState.WAITING)
    )
    return {row.request_id: row.batch_id for row in work.session.execute(query)}


def state_now(work: Work, batch: Batch, item: BatchItem) -> ItemState:
    """The state; what still waits when the authorisation's time is over will not be signed on it any more."""
    over = item.state == ItemState.WAITING and work.clock.now() >= batch.ends_at
    return ItemState.ENDED if over else item.state


def refusal_of(item: BatchItem) -> Sentence | None:
    """Why a document was not signed, as a sentence that can be said in another language."""
    return say(item.refusal["pattern"], **item.refusal["values"]) if item.refusal else None
