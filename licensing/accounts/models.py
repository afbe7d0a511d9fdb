"""Accounts and organisations, agencies with their positions and appointments, sessions and tokens.

A period of days (`starts_on`, `ends_on`) includes both its days; an open end is null.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from config.database import Base, Id, Instant, UtcInstant


class Kind(StrEnum):
    """Which side of the desk an account is on; one person has one account for each."""

    APPLICANT = "applicant"
    OFFICIAL = "official"


class Capacity(StrEnum):
    """In whose name a signatory signs, as printed before the title (Decree 30/2020, art. 13)."""

    OWN = ""
    FOR_HEAD = "KT."
    FOR_COLLECTIVE = "TM."
    BY_ORDER = "TL."
    BY_AUTHORISATION = "TUQ."


class VerifiedBy(StrEnum):
    """How we know that mail to an address reaches the account's owner."""

    LINK = "link"
    RECOVERY = "recovery"
    ADMINISTRATOR = "administrator"


class Account(Base):
    """One person who signs in. `login` and `email` are folded; an applicant's login is the e-mail address.

    `new_email` waits to be verified; until then `email` stays in force.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('applicant', 'official')", name="kind_known"),
        sa.CheckConstraint("language IN ('vi', 'en')", name="language_known"),
        sa.CheckConstraint("kind = 'official' OR signing_key IS NULL", name="applicant_has_no_key"),
        sa.CheckConstraint(
            "email_verified_by IN ('link', 'recovery', 'administrator')",
            name="verified_by_known",
        ),
        sa.CheckConstraint(
            "(email_verified_at IS NULL) = (email_verified_by IS NULL)",
            name="verified_by_something",
        ),
        # So that no applicant can take an official's login for an address, or the other way round.
        sa.CheckConstraint("(strpos(login, '@') > 0) = (kind = 'applicant')", name="login_fits_kind"),
        sa.Index(
            "ix_accounts_name",
            sa.literal_column("folded(name)").label("words"),
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
        ),
    )
    id: Mapped[Id]
    login: Mapped[str] = mapped_column(sa.String(254), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    email_verified_by: Mapped[str | None] = mapped_column(sa.String(13))
    new_email: Mapped[str | None] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(200))
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(10))
    language: Mapped[str] = mapped_column(sa.String(2), default="vi")
    signing_key: Mapped[str | None] = mapped_column(sa.String(100), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant]


class Organisation(Base):
    """A body that an applicant files for, as that applicant states it.

    The tax code is unique only among checked ones: nobody may join, or learn of, another's organisation by naming it.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        sa.Index(
            "uq_organisations_checked", "tax_code", unique=True, postgresql_where=sa.text("checked_at IS NOT NULL")
        ),
        sa.Index(
            "ix_organisations_words",
            sa.literal_column("organisation_words(name, tax_code)").label("words"),
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
        ),
    )
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(300))
    tax_code: Mapped[str] = mapped_column(sa.String(14), index=True)
    created_at: Mapped[Instant]
    checked_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Membership(Base):
    """An account may file for an organisation, until it has left."""

    __tablename__ = "memberships"
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    joined_at: Mapped[Instant]
    left_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Agency(Base):
    """An organisation of the state, as its papers name it. `symbol` ends a document number (`Số: 12/GCN-SNNMT`)."""

    __tablename__ = "agencies"
    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name_vi: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str] = mapped_column(sa.String(300))
    superior_name: Mapped[str] = mapped_column(sa.String(300))
    place_name: Mapped[str] = mapped_column(sa.String(100))
    symbol: Mapped[str] = mapped_column(sa.String(40))
    reference_pattern: Mapped[str] = mapped_column(sa.String(100))
    seal_key: Mapped[str] = mapped_column(sa.String(100), unique=True)
    cutoff: Mapped[time]
    address: Mapped[str] = mapped_column(sa.String(300))
    phone: Mapped[str] = mapped_column(sa.String(30))
    opened_at: Mapped[Instant]


class Position(Base):
    """A post of an agency; only some may sign for it."""

    __tablename__ = "positions"
    __table_args__ = (sa.UniqueConstraint("agency_code", "title_vi"),)
    id: Mapped[Id]
    agency_code: Mapped[str] = mapped_column(sa.ForeignKey("agencies.code"))
    title_vi: Mapped[str] = mapped_column(sa.String(200))
    title_en: Mapped[str] = mapped_column(sa.String(200))
    may_sign: Mapped[bool]


class Appointment(Base):
    """An official holds a position for a time. `on_behalf_title` stands after the capacity: KT. GIÁM ĐỐC."""

    __tablename__ = "appointments"
    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period_runs_forward"),
        sa.CheckConstraint("capacity IN ('', 'KT.', 'TM.', 'TL.', 'TUQ.')", name="capacity_known"),
        sa.CheckConstraint("(capacity = '') = (on_behalf_title = '')", name="capacity_names_whose"),
        sa.Index("ix_appointments_of", "account_id", "position_id"),
    )
    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    position_id: Mapped[UUID] = mapped_column(sa.ForeignKey("positions.id"))
    capacity: Mapped[str] = mapped_column(sa.String(4), default=Capacity.OWN)
    on_behalf_title: Mapped[str] = mapped_column(sa.String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    position: Mapped[Position] = relationship(lazy="raise")


class RoleGrant(Base):
    """An official has a role at an agency for a time; without an agency, in the whole installation."""

    __tablename__ = "role_grants"
    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period_runs_forward"),
        sa.CheckConstraint("agency_code IS NOT NULL OR role = 'administrator'", name="only_administrators_everywhere"),
        sa.Index("ix_role_grants_of", "account_id", "role"),
    )
    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    agency_code: Mapped[str | None] = mapped_column(sa.ForeignKey("agencies.code"))
    role: Mapped[str] = mapped_column(sa.String(30))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class SignInSession(Base):
    """A browser that is signed in. The cookie holds the secret; here is only its SHA-256."""

    __tablename__ = "sign_in_sessions"
    id: Mapped[Id]
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    browser: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class AccessToken(Base):
    """A token of a program that acts for an account; shown once, kept as its SHA-256. Its scopes are permissions."""

    __tablename__ = "access_tokens"
    __table_args__ = (sa.CheckConstraint("expires_at > created_at", name="period_runs_forward"),)
    id: Mapped[Id]
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    scopes: Mapped[list[str]] = mapped_column(postgresql.ARRAY(sa.String(40)))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class SignInAttempt(Base):
    """An attempt to sign in, register or have a mail sent, written before anything is verified: none goes uncounted.

    `login_sha256` hides what was typed: people type passwords into the wrong field.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        sa.Index("ix_sign_in_attempts_login", "purpose", "login_sha256", "at"),
        sa.Index("ix_sign_in_attempts_network", "purpose", "network", "at"),
    )
    id: Mapped[Id]
    purpose: Mapped[str] = mapped_column(sa.String(10))
    login_sha256: Mapped[bytes]
    network: Mapped[str] = mapped_column(sa.String(50))
    at: Mapped[Instant]
    succeeded: Mapped[bool] = mapped_column(default=False)
