"""One row for each certified print of a licence: its number, its time, and the file that was printed. No names."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant


class CertifiedPrint(Base):
    """Print `number` of an entry, from 1 without a gap; written once, never changed.

    `document_sha256` is the published file whose pages were printed, `sheets` the pages of paper with the last one
    that certifies them.
    """

    __tablename__ = "certified_prints"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_counts_up"),
        sa.CheckConstraint("sheets >= 2", name="has_pages_and_footer"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id]
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    number: Mapped[int]
    document_sha256: Mapped[str] = mapped_column(sa.String(64))
    sheets: Mapped[int]
    printed_at: Mapped[Instant]
