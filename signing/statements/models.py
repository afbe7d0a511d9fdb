"""Statements under an agency's seal. The signer process reads this table with a role of its own."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, UtcInstant


class Statement(Base):
    """What is stated, under which seal, how far it is.

    `subject` and `version` name it once within its `kind`; `content` are the exact octets of a JSON object. What the
    key is asked (`signing_input`) is stored first, then its `value`, then the finished JAdES signature (`result`).
    """

    __tablename__ = "signing_statements"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject", "version"),
        sa.CheckConstraint("(signing_input IS NULL) = (certificate IS NULL)", name="input_has_certificate"),
        sa.CheckConstraint("value IS NULL OR signing_input IS NOT NULL", name="value_has_input"),
        sa.CheckConstraint("(result IS NULL) = (finished_at IS NULL)", name="result_has_time"),
        {"info": {"signer": "read"}},
    )
    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(20))
    subject: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[str] = mapped_column(sa.String(64))
    seal_key: Mapped[str]
    on_behalf_of: Mapped[str]
    content: Mapped[bytes]
    filed_at: Mapped[Instant]
    certificate: Mapped[bytes | None]
    chain: Mapped[list[bytes] | None] = mapped_column(postgresql.ARRAY(sa.LargeBinary))
    signing_input: Mapped[bytes | None]
    value: Mapped[bytes | None]
    result: Mapped[bytes | None]
    finished_at: Mapped[datetime | None] = mapped_column(UtcInstant)
