"""A batch and what became of each of its documents."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from config.database import Base, Id, Instant, Json, UtcInstant


class ItemState(StrEnum):
    """How far one document of a batch is."""

    WAITING = "waiting"
    SIGNED = "signed"
    REFUSED = "refused"
    ENDED = "ended"


class Batch(Base):
    """Documents that an official authorised with one PIN. `authorisation` names the open key in the signer process.

    It opens nothing but these documents for this official, and nothing at all after `ends_at`.
    """

    __tablename__ = "signing_batches"
    id: Mapped[Id]
    signatory: Mapped[str] = mapped_column(index=True)
    key: Mapped[str]
    authorisation: Mapped[str]
    opened_at: Mapped[Instant]
    ends_at: Mapped[Instant] = mapped_column(UtcInstant)
    items: Mapped[list[BatchItem]] = relationship(back_populates="batch", lazy="raise", order_by="BatchItem.position")


class BatchItem(Base):
    """One document: `document_sha256` is what was authorised; `refusal` is a sentence's pattern and values."""

    __tablename__ = "signing_batch_items"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "request_id"),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refusal_has_reason"),
        sa.CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="done_has_time"),
    )
    id: Mapped[Id]
    batch_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signing_batches.id"))
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signing_requests.id"), index=True)
    position: Mapped[int]
    document_sha256: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[ItemState] = mapped_column(sa.String(10), default=ItemState.WAITING)
    refusal: Mapped[Json | None]
    done_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    batch: Mapped[Batch] = relationship(back_populates="items", lazy="raise")
