"""Images of signatures and seals. None is ever changed or removed: another takes its place, or it is withdrawn."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant
from licensing.images.rules import Kind


class AppearanceImage(Base):
    """A picture, drawn anew and stored by `sha256`, of a person's signature or an agency's seal, with its real size.

    `end_reason` is empty where another image took its place. `sent_sha256` names the file that somebody sent, which
    is not kept.
    """

    __tablename__ = "appearance_images"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('signature', 'seal')", name="kind_known"),
        sa.CheckConstraint("(kind = 'signature') = (account_id IS NOT NULL)", name="signature_is_a_persons"),
        sa.CheckConstraint("(kind = 'seal') = (agency_code IS NOT NULL)", name="seal_is_an_agencys"),
        sa.CheckConstraint("width_mm > 0 AND height_mm > 0", name="has_a_size"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="end_has_who"),
        sa.Index(
            "uq_appearance_images_of_person", "account_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")
        ),
        sa.Index(
            "uq_appearance_images_of_agency", "agency_code", unique=True, postgresql_where=sa.text("ended_at IS NULL")
        ),
        sa.Index("ix_appearance_images_versions", "account_id", "agency_code", "uploaded_at"),
    )
    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(sa.String(10))
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    agency_code: Mapped[str | None] = mapped_column(sa.ForeignKey("agencies.code"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    sent_sha256: Mapped[str] = mapped_column(sa.String(64))
    width_mm: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))
    height_mm: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))
    uploaded_by: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    uploaded_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("accounts.id"))
    end_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    @property
    def in_use(self) -> bool:
        return self.ended_at is None
