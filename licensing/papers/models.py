"""Official papers: what was reserved for each, which signing request it became, which file was handed out."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant


class OfficialPaper(Base):
    """One numbered paper. `subject` is what it is about (a decision's id); only one paper of a kind lives for it."""

    __tablename__ = "official_papers"
    __table_args__ = (
        sa.UniqueConstraint("agency", "kind", "year", "seq"),
        sa.Index(
            "uq_official_papers_alive", "kind", "subject", unique=True, postgresql_where=sa.text("void_reason IS NULL")
        ),
        sa.CheckConstraint("(delivered_at IS NULL) = (file_sha256 IS NULL)", name="delivered_has_file"),
        sa.CheckConstraint("file_sha256 IS NULL OR request_id IS NOT NULL", name="file_was_signed"),
        sa.CheckConstraint("void_reason IS NULL OR file_sha256 IS NULL", name="delivered_is_not_void"),
    )
    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(20))
    subject: Mapped[str] = mapped_column(sa.String(60))
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), index=True)
    agency: Mapped[str]
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str]
    issued_on: Mapped[date]
    reserved_at: Mapped[Instant]
    request_id: Mapped[UUID | None] = mapped_column(unique=True)
    file_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    delivered_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    void_reason: Mapped[str | None]


class AppointmentSlip(Base):
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả of one application: its number, and the receipt that it became.

    It is no official's paper and stands in no register of outgoing documents: the service says what it received.
    """

    __tablename__ = "appointment_slips"
    __table_args__ = (sa.UniqueConstraint("agency", "year", "seq"),)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    agency: Mapped[str]
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str]
    reserved_at: Mapped[Instant]
    receipt_id: Mapped[UUID | None] = mapped_column(unique=True)
