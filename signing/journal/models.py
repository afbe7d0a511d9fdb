"""The signing journal: when, which key, which digest, for whom, and how it ended."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, UtcInstant


class JournalLine(Base):
    """One line. `asked` is committed before the key is touched, `signed` or `refused` follows with the same digest."""

    __tablename__ = "signing_journal"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('asked', 'signed', 'refused')", name="outcome_known"),
        sa.CheckConstraint("(outcome = 'refused') = (reason <> '')", name="refusal_has_reason"),
        sa.Index("ix_signing_journal_request_id", "request_id", "purpose"),
        {"info": {"append_only": True, "signer": "append"}},
    )
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    key: Mapped[str]
    purpose: Mapped[str]
    request_id: Mapped[UUID | None]
    digest: Mapped[str] = mapped_column(sa.String(64))
    on_behalf_of: Mapped[str]
    outcome: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str]
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
