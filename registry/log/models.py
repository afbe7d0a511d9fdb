"""The log in the database: what waits, which leaf has which index, which heads were signed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Instant


class QueuedLeaf(Base):
    """A leaf that waits for its index; written in the transaction of its event, taken by the integrator."""

    __tablename__ = "log_queue"
    event_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("entry_events.id"), primary_key=True)


class LogLeaf(Base):
    """The index of a leaf, given once and without gaps."""

    __tablename__ = "log_leaves"
    __table_args__ = ({"info": {"append_only": True}},)
    leaf_index: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("entry_events.id"), unique=True)
    leaf_hash: Mapped[bytes]


class SignedCheckpoint(Base):
    """A tree head and its signed note (C2SP). One that a lost key signed stays; the next key signs the head again."""

    __tablename__ = "log_checkpoints"
    __table_args__ = ({"info": {"append_only": True}},)
    size: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(sa.String(8), primary_key=True, server_default="")
    root: Mapped[bytes]
    note: Mapped[str]
    signed_at: Mapped[Instant]
