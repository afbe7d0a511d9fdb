"""The register: reservations, entries with their papers, and the acts on them that are only ever added to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, Json, JsonList, UtcInstant


class Reserved(StrEnum):
    """What became of a reservation; a used or void one stays so."""

    RESERVED = "reserved"
    USED = "used"
    VOID = "void"


class PaperReservation(Base):
    """The random marks of a paper before it is composed, found again by what they are for; one living one for each.

    `ver` is there once the paper's facts were committed to. A void one stays, so that its marks are never given again.
    """

    __tablename__ = "paper_reservations"
    __table_args__ = (
        sa.UniqueConstraint("status_list", "status_index"),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
        sa.Index("uq_paper_reservations_alive", "owner_key", unique=True, postgresql_where=sa.text("state <> 'void'")),
    )
    id: Mapped[Id]
    owner_key: Mapped[str] = mapped_column(sa.String(100))
    lid: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    register_code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    status_list: Mapped[int]
    status_index: Mapped[int]
    disclosures: Mapped[JsonList]
    digests: Mapped[JsonList]
    ver: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(sa.String(10), default=Reserved.RESERVED)
    void_reason: Mapped[str | None]
    reserved_at: Mapped[Instant]


class NumberCounter(Base):
    """The last number given by an agency in a register and year; its row is the lock."""

    __tablename__ = "number_counters"
    agency: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    register: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class NumberReservation(Base):
    """One number of a series: for whom, and whether it was used or recorded void. It is never given twice."""

    __tablename__ = "number_reservations"
    __table_args__ = (
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
        sa.Index(
            "uq_number_reservations_alive",
            "owner_key",
            "agency",
            "register",
            unique=True,
            postgresql_where=sa.text("state <> 'void'"),
        ),
    )
    agency: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    register: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    owner_key: Mapped[str] = mapped_column(sa.String(100), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default=Reserved.RESERVED)
    void_reason: Mapped[str | None]
    reserved_at: Mapped[Instant]


class Entry(Base):
    """One licence's record, to be searched. What the licence is worth follows from its acts in the log alone.

    A number stands on one licence of an agency and year: some patterns do not print the year. `enclosures` are the
    sealed files that went out with it, as its first act commits to them (see `NewEntry`).
    """

    __tablename__ = "entries"
    __table_args__ = (
        sa.Index("uq_entries_number", "agency", "number", sa.text("EXTRACT(YEAR FROM issued_on)"), unique=True),
        sa.Index(
            "ix_entries_enclosures",
            "enclosures",
            postgresql_using="gin",
            postgresql_ops={"enclosures": "jsonb_path_ops"},
        ),
    )
    id: Mapped[Id]
    owner_key: Mapped[str] = mapped_column(sa.String(100), unique=True)
    lid: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    register_code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[Json]
    agency: Mapped[str] = mapped_column(sa.String(40))
    agency_name: Mapped[Json]
    number: Mapped[str] = mapped_column(sa.String(100))
    public_facts: Mapped[JsonList]
    enclosures: Mapped[JsonList] = mapped_column(default=list, server_default=sa.text("'[]'::jsonb"))
    issued_on: Mapped[date]
    valid_until: Mapped[date | None]
    entered_at: Mapped[Instant]


class Paper(Base):
    """One signed document of an entry. `disclosures` may be erased; what the log says of it stays true.

    `public` is the disclosure of what everybody may see, `decision` that of the decision it stands on.
    """

    __tablename__ = "papers"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "version"),
        sa.UniqueConstraint("status_list", "status_index"),
    )
    id: Mapped[Id]
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    version: Mapped[int]
    status_list: Mapped[int]
    status_index: Mapped[int]
    disclosures: Mapped[JsonList]
    digests: Mapped[JsonList]
    ver: Mapped[bytes]
    public: Mapped[str]
    decision: Mapped[str]
    pdf: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    sv: Mapped[bytes]
    sk: Mapped[bytes] = mapped_column(sa.LargeBinary, index=True)
    auth: Mapped[bytes]
    sealed_sha256: Mapped[str] = mapped_column(sa.String(64))
    published_sha256: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    preserved_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    published_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class EntryEvent(Base):
    """One act on an entry: `body` are the exact bytes of its leaf in the log, `prev` the hash of the act before it."""

    __tablename__ = "entry_events"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "seq"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    body: Mapped[bytes]
    leaf_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    prev: Mapped[bytes | None]
    recorded_at: Mapped[Instant]


class PseudonymSecret(Base):
    """Makes the pseudonyms of one year's officials; destroyed after the retention, they can no longer be opened."""

    __tablename__ = "pseudonym_secrets"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret: Mapped[bytes]
