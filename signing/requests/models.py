"""The preparation and its two signatures. The signer process reads these tables with a role of its own."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from config.database import Base, Id, Instant, Json, UtcInstant
from signing.pades.levels import Level


class State(StrEnum):
    """How far a request is."""

    FILED = "filed"
    SIGNED = "signed"
    SEALED = "sealed"
    VOID = "void"


class Role(StrEnum):
    """Whose signature it is; the field of the document carries the same name, capitalised."""

    OFFICIAL = "official"
    SEAL = "seal"


class SigningRequest(Base):
    """The exact bytes that will be signed, for what, by whom, under whose seal, until when, up to which level.

    `filled` are the texts that the seal's revision writes into the document's blanks; set when the seal is ordered.
    """

    __tablename__ = "signing_requests"
    __table_args__ = (
        sa.Index(
            "uq_signing_requests_alive", "purpose", "subject", unique=True, postgresql_where=sa.text("state <> 'void'")
        ),
        sa.Index("ix_signing_requests_waiting", "state", "agency", "filed_at", "id"),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
        {"info": {"signer": "read"}},
    )
    id: Mapped[Id]
    purpose: Mapped[str]
    subject: Mapped[str]
    agency: Mapped[str]
    document_sha256: Mapped[str] = mapped_column(sa.String(64))
    summary: Mapped[str]
    on_behalf_of: Mapped[str]
    signatory: Mapped[str]
    signatory_name: Mapped[str]
    official_key: Mapped[str]
    seal_key: Mapped[str]
    stamps: Mapped[Json]
    expires_on: Mapped[date]
    filed_at: Mapped[Instant]
    level: Mapped[str] = mapped_column(sa.String(5), default=Level.B_T, server_default="B-T")
    state: Mapped[State] = mapped_column(sa.String(10), default=State.FILED)
    void_reason: Mapped[str | None]
    filled: Mapped[dict[str, Any] | None] = mapped_column(postgresql.JSONB(none_as_null=True))
    signatures: Mapped[list[Signature]] = relationship(
        back_populates="request", lazy="raise", order_by="Signature.role"
    )


class Signature(Base):
    """One signature in the making: what the key is asked is stored first, then its answer, then the finished file."""

    __tablename__ = "signing_signatures"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "role"),
        sa.CheckConstraint("(value IS NULL) = (made_at IS NULL)", name="value_has_time"),
        sa.CheckConstraint("result_sha256 IS NULL OR value IS NOT NULL", name="result_has_value"),
        sa.Index("ix_signing_signatures_result", "result_sha256"),
        {"info": {"signer": "read"}},
    )
    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signing_requests.id"))
    role: Mapped[Role] = mapped_column(sa.String(10))
    key: Mapped[str]
    certificate: Mapped[bytes]
    chain: Mapped[list[bytes]] = mapped_column(postgresql.ARRAY(sa.LargeBinary))
    revision_sha256: Mapped[str] = mapped_column(sa.String(64))
    attributes: Mapped[bytes]
    prepared_at: Mapped[Instant]
    value: Mapped[bytes | None]
    made_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    result_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    completed_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    request: Mapped[SigningRequest] = relationship(back_populates="signatures", lazy="raise")


class Enclosure(Base):
    """A file that goes out with a request's document: the agency's seal alone, once the official signed its digest.

    `id` follows from request and digest. `sha256`, `size` and `pages` are of the file as it was supplied; `mark` is the
    number and symbol of the main document, known when the seal is ordered. Then as for a signature: the question, its
    answer, the finished file.
    """

    __tablename__ = "signing_enclosures"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "position"),
        sa.CheckConstraint("(value IS NULL) = (made_at IS NULL)", name="value_has_time"),
        sa.CheckConstraint("value IS NULL OR attributes IS NOT NULL", name="value_has_question"),
        sa.CheckConstraint("result_sha256 IS NULL OR value IS NOT NULL", name="result_has_value"),
        {"info": {"signer": "read"}},
    )
    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signing_requests.id"))
    position: Mapped[int]
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    pages: Mapped[int] = mapped_column(default=1)
    mark: Mapped[str | None]
    key: Mapped[str | None]
    certificate: Mapped[bytes | None]
    chain: Mapped[list[bytes] | None] = mapped_column(postgresql.ARRAY(sa.LargeBinary))
    revision_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    attributes: Mapped[bytes | None]
    value: Mapped[bytes | None]
    made_at: Mapped[Instant | None] = mapped_column(UtcInstant)
    result_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    completed_at: Mapped[Instant | None] = mapped_column(UtcInstant)
