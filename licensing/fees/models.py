"""What is owed for an application. A payment will point to its charge (a later issue)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant


class Charge(Base):
    """One fee of one application, in whole đồng, by the row of the tariff that applied when it was accepted."""

    __tablename__ = "charges"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "fee"),
        sa.CheckConstraint("vnd >= 0", name="vnd_not_negative"),
    )
    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    fee: Mapped[str]
    code: Mapped[str]
    row: Mapped[str]
    vnd: Mapped[int] = mapped_column(sa.BigInteger)
    collect: Mapped[str]
    state: Mapped[str] = mapped_column(sa.String(10), default="assessed")
    assessed_at: Mapped[Instant]
