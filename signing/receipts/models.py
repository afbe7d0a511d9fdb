"""Documents of the service and their one signature. The signer process reads this table with a role of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant


class Receipt(Base):
    """A document on record, how far its signature is, and up to which level it goes.

    `kind`, `subject` and `version` name it once. What the key is asked is stored first, then its answer, then the
    finished file; files are named by their SHA-256. One that is signed anew after the key was lost has a row of its own
    with the same `first_id`, the id of the first one.
    """

    __tablename__ = "signing_receipts"
    __table_args__ = (
        sa.Index(
            "uq_signing_receipts_first",
            *("kind", "subject", "version"),
            unique=True,
            postgresql_where=sa.text("id = first_id"),
        ),
        sa.Index("ix_signing_receipts_first_id", "first_id", "filed_at"),
        sa.Index("ix_signing_receipts_kind", "kind", "filed_at"),
        sa.Index("ix_signing_receipts_result_sha256", "result_sha256"),
        sa.CheckConstraint(
            "num_nulls(certificate, chain, revision_sha256, attributes) IN (0, 4)", name="revision_is_whole"
        ),
        sa.CheckConstraint("value IS NULL OR attributes IS NOT NULL", name="value_has_revision"),
        sa.CheckConstraint("(value IS NULL) = (made_at IS NULL)", name="value_has_time"),
        sa.CheckConstraint("(result_sha256 IS NULL) = (finished_at IS NULL)", name="result_has_time"),
        sa.CheckConstraint("result_sha256 IS NULL OR value IS NOT NULL", name="result_has_value"),
        {"info": {"signer": "read"}},
    )
    id: Mapped[Id]
    first_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(120))
    version: Mapped[str] = mapped_column(sa.String(64))
    level: Mapped[str] = mapped_column(sa.String(5))
    document_sha256: Mapped[str] = mapped_column(sa.String(64))
    filed_at: Mapped[Instant]
    certificate: Mapped[bytes | None]
    chain: Mapped[list[bytes] | None] = mapped_column(postgresql.ARRAY(sa.LargeBinary))
    revision_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    attributes: Mapped[bytes | None]
    value: Mapped[bytes | None]
    made_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    result_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    finished_at: Mapped[datetime | None] = mapped_column(UtcInstant)
