"""Files supplied for the requirements of a procedure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant


class Attachment(Base):
    """One file of an application, its bytes in the storage by `sha256`; removed ones stay on record.

    `media_type` is what the content is, not what anybody called it. `file_name` is text, never a path.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        sa.CheckConstraint("media_type IN ('application/pdf', 'image/png', 'image/jpeg')", name="media_type_known"),
        sa.CheckConstraint("size > 0", name="is_not_empty"),
        sa.CheckConstraint("pages > 0", name="has_pages"),
        sa.Index("ix_attachments_of", "application_id", "uploaded_at"),
        sa.Index(
            "uq_attachments_once",
            "application_id",
            "requirement_id",
            "sha256",
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    application_id: Mapped[UUID]
    requirement_id: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    pages: Mapped[int]
    uploaded_by: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    uploaded_at: Mapped[Instant]
    removed_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class SignatureCheck(Base):
    """What validation said of the signatures in a supplied PDF, once for each content: a report as plain JSON."""

    __tablename__ = "signature_checks"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    checked_at: Mapped[Instant]
    report: Mapped[bytes] = mapped_column(sa.LargeBinary)
