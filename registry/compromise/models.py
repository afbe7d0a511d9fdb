"""What was lost, and the papers for which something has to be done: for the people who have to do it."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Instant


class LostKey(Base):
    """A retired key whose papers were looked through; `mark` is that of its public half."""

    __tablename__ = "lost_keys"
    mark: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    key_class: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(100))
    lost_since: Mapped[Instant]
    retired_at: Mapped[Instant]
    reason: Mapped[str]


class TouchedPaper(Base):
    """A paper that does not stand as it is, and what becomes of it (`config.compromise.Fate`)."""

    __tablename__ = "touched_papers"
    mark: Mapped[str] = mapped_column(sa.ForeignKey("lost_keys.mark"), primary_key=True)
    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("papers.id"), primary_key=True, index=True)
    fate: Mapped[str] = mapped_column(sa.String(20))
