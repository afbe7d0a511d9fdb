"""The time limit of each application, and everything that ever happened to its clock."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant


class ApplicationTimeLimit(Base):
    """How long the authority may take for one application, and by when it must have ended.

    `due_on` is the day as promised, in the installation's time zone; `due_at` the instant at which it ends.
    `due_original` never changes. `ended_at` is when the result was there, or the handling stopped.
    """

    __tablename__ = "time_limits"
    __table_args__ = (sa.Index("ix_time_limits_running", "due_at", postgresql_where=sa.text("ended_at IS NULL")),)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    value: Mapped[Decimal] = mapped_column(sa.Numeric(8, 2))
    unit: Mapped[str] = mapped_column(sa.String(20))
    calendar: Mapped[str] = mapped_column(sa.String(40))
    started_at: Mapped[Instant]
    due_original: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class ClockEvent(Base):
    """One line of the history of a clock: when it started or ended, and the due date that resulted."""

    __tablename__ = "clock_events"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('started', 'ended')", name="kind_known"),
        sa.UniqueConstraint("application_id", "seq"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[Instant]
    due_on: Mapped[date]
    actor: Mapped[str]
