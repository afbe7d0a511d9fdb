"""Each file that a paper was ever handed out as, and what its evidence rests on: counted by rows, not by files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Instant, UtcInstant


class TimestampCertificate(Base):
    """A certificate that a newest timestamp was made with; `revoked_at` since its authority was last asked."""

    __tablename__ = "timestamp_certificates"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    der: Mapped[bytes]
    above: Mapped[list[bytes]] = mapped_column(postgresql.ARRAY(sa.LargeBinary))
    subject: Mapped[str]
    until: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class PublishedFile(Base):
    """One published file of a paper, `number` 0 the first. The paper's `published_sha256` names the present one.

    `evidence_until` is the earlier of both ends; the end of the weakest of `algorithms` follows the table in use.
    """

    __tablename__ = "published_files"
    __table_args__ = (sa.UniqueConstraint("paper_id", "number"),)
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("papers.id"))
    number: Mapped[int]
    published_at: Mapped[Instant]
    level: Mapped[str] = mapped_column(sa.String(5))
    timestamp_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    certificate: Mapped[str] = mapped_column(sa.ForeignKey("timestamp_certificates.sha256"), index=True)
    certificate_until: Mapped[Instant]
    algorithms: Mapped[str] = mapped_column(index=True)
    algorithm_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    evidence_until: Mapped[Instant] = mapped_column(index=True)


class PreservationFailure(Base):
    """Why the evidence of a paper could not be renewed, and when that is tried again; gone once it was."""

    __tablename__ = "preservation_failures"
    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("papers.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(60))
    detail: Mapped[str]
    attempts: Mapped[int]
    failed_at: Mapped[Instant]
    next_try_at: Mapped[Instant]


class PreservationRun(Base):
    """One round over what is due. One without an end was cut off; the next one goes on where it stopped."""

    __tablename__ = "preservation_runs"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    began_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    renewed: Mapped[int]
    failed: Mapped[int]
    stopped_by: Mapped[str | None] = mapped_column(sa.String(60))
