"""A licence in the making, with its signing request and entry; who looked at which document, and ticked which."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, JsonList, UtcInstant


class Licence(Base):
    """One licence of one decision. `entered_at` is set in the transaction that enters it, or never.

    Number and days are there once they are fixed: when it is reserved, or only when its seal is ordered.
    """

    __tablename__ = "licences"
    __table_args__ = (
        sa.CheckConstraint("(entry_id IS NULL) = (entered_at IS NULL)", name="entered_has_time"),
        sa.CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="numbered_has_date"),
        sa.CheckConstraint("void_reason IS NULL OR entry_id IS NULL", name="entered_is_not_void"),
        sa.Index("uq_licences_alive", "decision_id", unique=True, postgresql_where=sa.text("void_reason IS NULL")),
    )
    id: Mapped[Id]
    decision_id: Mapped[UUID] = mapped_column(index=True)
    application_id: Mapped[UUID] = mapped_column(index=True)
    revision_id: Mapped[UUID]
    agency: Mapped[str]
    register_code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    reserved_at: Mapped[Instant]
    request_id: Mapped[UUID | None]
    entry_id: Mapped[UUID | None]
    entered_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    void_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class DocumentView(Base):
    """Somebody looked at exactly these bytes before signing or sealing them; written once, never changed."""

    __tablename__ = "document_views"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "account_id", "sha256"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signing_requests.id"))
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    viewed_at: Mapped[Instant]


class DocumentSelection(Base):
    """Documents that somebody ticked to look at and sign or seal together: `request_ids` in their order, as text."""

    __tablename__ = "document_selections"
    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    request_ids: Mapped[JsonList]
    created_at: Mapped[Instant]
