"""Recommendations, decisions and holds. A decision carries the evidence that it rested on, and its digest."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, JsonList, UtcInstant


class Recommendation(Base):
    """What an officer proposes, with reasons; the latest of an application counts, none is ever changed."""

    __tablename__ = "recommendations"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('granted', 'refused')", name="outcome_known"),
        sa.Index("ix_recommendations_of", "application_id", "seq"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), unique=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    task_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tasks.id"))
    outcome: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str]
    grounds: Mapped[JsonList]
    conditions: Mapped[JsonList]
    recommended_by: Mapped[UUID]
    recommended_at: Mapped[Instant]


class Decision(Base):
    """Grant or refusal. `grounds` are ids; `remedies` say for each what it means, by which provision, what can be done.

    `evidence` is the canonical JSON of what the gate found, `evidence_sha256` its digest. `capacity`,
    `on_behalf_title` and `title` are those of the appointment by which it was decided. Who set it aside is empty where
    the service did.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('granted', 'refused')", name="outcome_known"),
        sa.CheckConstraint("outcome = 'granted' OR jsonb_array_length(grounds) > 0", name="refusal_has_ground"),
        sa.CheckConstraint("recommended_by <> decided_by", name="two_persons"),
        sa.CheckConstraint("(set_aside_at IS NULL) = (set_aside_reason IS NULL)", name="set_aside_has_reason"),
        sa.Index(
            "uq_decisions_standing", "application_id", unique=True, postgresql_where=sa.text("set_aside_at IS NULL")
        ),
    )
    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    recommendation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("recommendations.id"))
    task_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tasks.id"))
    outcome: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str]
    grounds: Mapped[JsonList]
    remedies: Mapped[JsonList]
    conditions: Mapped[JsonList]
    recommended_by: Mapped[UUID]
    decided_by: Mapped[UUID]
    appointment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("appointments.id"))
    capacity: Mapped[str]
    on_behalf_title: Mapped[str]
    title: Mapped[str]
    decided_at: Mapped[Instant]
    evidence: Mapped[str]
    evidence_sha256: Mapped[str] = mapped_column(sa.String(64))
    set_aside_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    set_aside_reason: Mapped[str | None]
    set_aside_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))


class Hold(Base):
    """Keeps a licence from being granted or issued until it is lifted; also between decision and entry."""

    __tablename__ = "holds"
    __table_args__ = (
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        sa.Index("ix_holds_open", "application_id", postgresql_where=sa.text("lifted_at IS NULL")),
    )
    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    reason: Mapped[str]
    placed_by: Mapped[UUID]
    placed_at: Mapped[Instant]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    lift_reason: Mapped[str | None]
