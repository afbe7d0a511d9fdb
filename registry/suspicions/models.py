"""Suspicions: our own verdict as evidence, and what a person added. What they added is erased after a set time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant


class Suspicion(Base):
    """One thing that somebody told us. `note`, `contact` and the file are the person's, all else is ours.

    `network_mark` counts what came from one place within a day, and is forgotten then.
    """

    __tablename__ = "suspicions"
    __table_args__ = (sa.CheckConstraint("(handled_at IS NULL) = (handled_by IS NULL)", name="handled_by_somebody"),)
    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(sa.String(12), unique=True)
    evidence_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    finding: Mapped[str] = mapped_column(sa.String(30))
    colour: Mapped[str] = mapped_column(sa.String(5))
    register_code: Mapped[str | None] = mapped_column(sa.String(20))
    agency: Mapped[str | None] = mapped_column(sa.String(40))
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    checked_at: Mapped[Instant]
    told_at: Mapped[Instant] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(sa.String(2000), default="")
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    network_mark: Mapped[bytes | None]
    handled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    handled_by: Mapped[UUID | None]
    handled_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    handling: Mapped[str] = mapped_column(sa.String(2000), default="")
    erased_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class SuspicionFile(Base):
    """The file, where the person asked that we keep it."""

    __tablename__ = "suspicion_files"
    suspicion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("suspicions.id"), primary_key=True)
    content: Mapped[bytes]
