"""A signing session: who may answer for which revision, until when, and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant


class Kind(StrEnum):
    """Where the value comes from: the official's own token or file, or their telephone."""

    HELD = "held"
    CONFIRM = "confirm"


class SessionState(StrEnum):
    """What has become of a session; only an open one is answered."""

    OPEN = "open"
    FINISHED = "finished"
    EXPIRED = "expired"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class SigningSession(Base):
    """One attempt. The digests (SHA-256, hex) bind it to the attributes on record and to one certificate.

    `nonce` makes its secret (`signing.sessions.secret`); `ticket` is the telephone service's name for it; `reason` is
    a sentence about why it was refused.
    """

    __tablename__ = "signing_sessions"
    __table_args__ = (
        sa.Index("uq_signing_sessions_open", "request_id", unique=True, postgresql_where=sa.text("state = 'open'")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_has_time"),
        {"info": {"signer": "read"}},
    )
    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signing_requests.id"), index=True)
    account: Mapped[str]
    kind: Mapped[Kind] = mapped_column(sa.String(10))
    certificate_sha256: Mapped[str] = mapped_column(sa.String(64))
    attributes_sha256: Mapped[str] = mapped_column(sa.String(64))
    nonce: Mapped[bytes]
    ticket: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    state: Mapped[SessionState] = mapped_column(sa.String(10), default=SessionState.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    reason: Mapped[str | None]
