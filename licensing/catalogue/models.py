"""Procedures and their revisions: what was published stays word for word, with the day from which it counts."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant


class Procedure(Base):
    """A procedure that the authority offers or once offered, by its national code (mã thủ tục hành chính)."""

    __tablename__ = "procedures"
    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    closed_from: Mapped[date | None]
    closed_because: Mapped[str | None]
    created_at: Mapped[Instant]


class ProcedureRevision(Base):
    """One published package, never changed: `body` is its exact canonical text, `sha256` the digest of that text."""

    __tablename__ = "procedure_revisions"
    __table_args__ = (
        sa.UniqueConstraint("code", "number"),
        sa.UniqueConstraint("code", "effective_from"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.ForeignKey("procedures.code"))
    number: Mapped[int]
    effective_from: Mapped[date]
    effective_until: Mapped[date | None]
    body: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[Instant]
    published_by: Mapped[str]
