"""Everything that was ever decided about anchors, only added to; and the last good list of each address."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Instant, UtcInstant


class Act(StrEnum):
    """What was decided."""

    GROUP = "group"  # there is a group of this name
    PURPOSES = "purposes"  # what its anchors count for from now on
    ANCHOR = "anchor"  # a certificate became an anchor of the group
    OUT = "out"  # it stops being one at `effective_from`
    LIST = "list"  # revocation lists of an issuer are fetched from an address
    UNLIST = "unlist"  # they are not any more


class TrustEvent(Base):
    """One decision about whom to trust. What holds now is what all of them together say (`rules.fold`)."""

    __tablename__ = "trust_events"
    __table_args__ = (
        sa.CheckConstraint("act IN ('group', 'purposes', 'anchor', 'out', 'list', 'unlist')", name="act_known"),
        sa.CheckConstraint("act <> 'out' OR (reason <> '' AND effective_from IS NOT NULL)", name="out_has_reason"),
        sa.CheckConstraint("(certificate IS NULL) = (act NOT IN ('anchor', 'list'))", name="certificate_where_due"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    at: Mapped[Instant]
    by: Mapped[str] = mapped_column(sa.String(40))
    by_name: Mapped[str] = mapped_column(sa.String(200))
    act: Mapped[str] = mapped_column(sa.String(10))
    group: Mapped[str] = mapped_column(sa.String(40), index=True)
    title_vi: Mapped[str | None] = mapped_column(sa.String(200))
    title_en: Mapped[str | None] = mapped_column(sa.String(200))
    signatures: Mapped[bool | None]
    timestamps: Mapped[bool | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    certificate: Mapped[bytes | None]
    address: Mapped[str | None] = mapped_column(sa.String(500))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    effective_from: Mapped[datetime | None] = mapped_column(UtcInstant)


class RevocationList(Base):
    """What one address last gave that could be believed, and how the last attempt went. The list proves itself."""

    __tablename__ = "revocation_lists"
    issuer_sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(500), primary_key=True)
    content: Mapped[bytes | None]
    this_update: Mapped[datetime | None] = mapped_column(UtcInstant)
    next_update: Mapped[datetime | None] = mapped_column(UtcInstant)
    entries: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    tried_at: Mapped[Instant]
    fault: Mapped[str | None] = mapped_column(sa.String(300))
