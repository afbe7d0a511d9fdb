"""The public answer about an entry as ready bytes, so that a look-up is one indexed read."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Instant


class VerificationDocument(Base):
    """JSON without its `as_of`, which is the moment of the look-up; stale from `next_change` on."""

    __tablename__ = "verification_documents"
    register_code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"), unique=True)
    body: Mapped[bytes]
    etag: Mapped[str] = mapped_column(sa.String(32))
    next_change: Mapped[date | None]
    rendered_at: Mapped[Instant]
