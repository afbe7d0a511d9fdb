"""Tasks: one step of one application, worked on once. A step that is sent back gets a new task; the old one stays."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, JsonList, UtcInstant


class TaskState(StrEnum):
    """`dropped` tasks are those whose application was withdrawn or whose decision was set aside."""

    READY = "ready"
    CLAIMED = "claimed"
    DONE = "done"
    DROPPED = "dropped"


OPEN = (TaskState.READY, TaskState.CLAIMED)


class Task(Base):
    """Work for one person on one step; `round` counts how often the application came to this step."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "step", "round"),
        sa.UniqueConstraint("application_id", "place"),
        sa.Index(
            "uq_tasks_open",
            "application_id",
            "step",
            unique=True,
            postgresql_where=sa.text("state IN ('ready', 'claimed')"),
        ),
        sa.Index("ix_tasks_worklist", "agency", "role", "state", "opened_at", "id"),
        sa.CheckConstraint("(state = 'done') = (action IS NOT NULL)", name="done_has_action"),
        sa.CheckConstraint("(state IN ('done', 'dropped')) = (place IS NOT NULL)", name="over_has_place"),
        sa.CheckConstraint("(state IN ('done', 'dropped')) = (ended_at IS NOT NULL)", name="over_has_time"),
        sa.CheckConstraint("state <> 'claimed' OR claimed_by IS NOT NULL", name="claimed_by_somebody"),
        sa.CheckConstraint("state <> 'ready' OR claimed_by IS NULL", name="ready_is_nobodys"),
    )
    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    agency: Mapped[str]
    step: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(20))
    role: Mapped[str] = mapped_column(sa.String(40))
    round: Mapped[int]
    days: Mapped[Decimal] = mapped_column(sa.Numeric(8, 2))
    state: Mapped[TaskState] = mapped_column(sa.String(10), default=TaskState.READY)
    opened_at: Mapped[Instant]
    sent_back_because: Mapped[str | None]
    claimed_by: Mapped[UUID | None]
    claimed_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    place: Mapped[int | None]
    action: Mapped[str | None]
    reopens: Mapped[str | None]
    reason: Mapped[str | None]
    grounds: Mapped[JsonList] = mapped_column(default=list)
    document_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    document_name: Mapped[str | None] = mapped_column(sa.String(200))
    document_type: Mapped[str | None] = mapped_column(sa.String(40))
    ended_by: Mapped[str | None]
    ended_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
