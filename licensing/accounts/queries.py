"""What is on record of accounts, agencies and appointments. Days are compared in the installation's time zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from config.access import Actor
from config.unit_of_work import Work
from licensing.accounts.errors import AccountNotFound, AgencyNotFound
from licensing.accounts.models import (
    AccessToken,
    Account,
    Agency,
    Appointment,
    Kind,
    Membership,
    Organisation,
    Position,
    RoleGrant,
    SignInSession,
)
from licensing.accounts.roles import APPLICANTS, EVERYBODY, PERMISSIONS, Role


def account_by_id(work: Work, account_id: UUID, *, lock: bool = False) -> Account:
    """The account, closed or not; raises `AccountNotFound`. With `lock` it cannot be changed meanwhile."""
    for_update = {"key_share": True} if lock else None  # rows that name the account may still be added
    if account := work.session.get(Account, account_id, with_for_update=for_update, populate_existing=lock):
        return account
    raise AccountNotFound("There is no such account.")


@dataclass(frozen=True)
class AddressState:
    """Where we write to, whether that is verified, and the address that may follow."""

    email: str
    verified: bool
    new_email: str | None

    @property
    def waiting(self) -> str | None:
        """The address that a link was sent to and that nobody confirmed yet."""
        return self.new_email or (None if self.verified else self.email)


def address_state(work: Work, account_id: UUID) -> AddressState:
    """How it stands with the address of an account."""
    account = account_by_id(work, account_id)
    return AddressState(account.email, account.email_verified_at is not None, account.new_email)


def names_of(work: Work, account_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names behind ids, for showing who did something; unknown ids are left out."""
    rows = work.session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row.id: row.name for row in rows}


def agency_by_code(work: Work, code: str) -> Agency:
    """The agency; raises `AgencyNotFound`."""
    if agency := work.session.get(Agency, code):
        return agency
    raise AgencyNotFound("There is no such agency.")


def agencies(work: Work) -> Sequence[Agency]:
    """All agencies by code."""
    return work.session.scalars(sa.select(Agency).order_by(Agency.code)).all()


def in_force(kind: type[Appointment | RoleGrant], on: date) -> sa.ColumnElement[bool]:
    """The period of a row includes the day `on`."""
    return sa.and_(kind.starts_on <= on, sa.or_(kind.ends_on.is_(None), kind.ends_on >= on))


def actor_of(work: Work, account: Account) -> Actor:
    """The caller behind an account, with what the roles in force today allow, by agency."""
    held: dict[str, frozenset[str]] = {"": APPLICANTS if account.kind == Kind.APPLICANT else EVERYBODY}
    grants = sa.select(RoleGrant.agency_code, RoleGrant.role).where(
        RoleGrant.account_id == account.id, in_force(RoleGrant, work.clock.today())
    )
    for agency, role in work.session.execute(grants):
        held[agency or ""] = held.get(agency or "", frozenset()) | PERMISSIONS[Role(role)]
    return Actor(account.id, account.name, held)


def signing_appointments(
    work: Work, account_id: UUID, agency_code: str, *, lock: bool = False
) -> Sequence[Appointment]:
    """All appointments of an official to positions that sign for the agency, past and future, the earliest first.

    With `lock`, none of them can be cut short before this transaction ends.
    """
    query = (
        sa.select(Appointment)
        .join(Appointment.position)
        .where(
            Appointment.account_id == account_id,
            Position.agency_code == agency_code,
            Position.may_sign.is_(True),
        )
        .options(contains_eager(Appointment.position))
        .order_by(Appointment.starts_on, Appointment.id)
    )
    if lock:
        query = query.with_for_update(read=True, of=Appointment).execution_options(populate_existing=True)
    return work.session.scalars(query).all()


def appointment_in_force(work: Work, account_id: UUID, agency_code: str, on: date) -> Appointment | None:
    """The appointment by which this person may sign for this agency on that day, with its position; or None."""
    return next((item for item in signing_appointments(work, account_id, agency_code) if includes(item, on)), None)


def includes(period: Appointment | RoleGrant, on: date) -> bool:
    """The period includes the day `on`."""
    return period.starts_on <= on and (period.ends_on is None or period.ends_on >= on)


def officials_with(work: Work, role: Role, agency_code: str, on: date) -> Sequence[Account]:
    """The active officials who have the role at the agency on that day, by name."""
    query = (
        sa.select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == role,
            RoleGrant.agency_code == agency_code,
            in_force(RoleGrant, on),
            Account.active.is_(True),
        )
        .order_by(Account.name, Account.id)
    )
    return work.session.scalars(query).unique().all()


def administrators(work: Work, on: date) -> Sequence[Account]:
    """The active officials who run the installation, or an agency in it, on that day, by name."""
    holds = sa.select(RoleGrant.account_id).where(RoleGrant.role == Role.ADMINISTRATOR, in_force(RoleGrant, on))
    query = sa.select(Account).where(Account.id.in_(holds), Account.active.is_(True)).order_by(Account.name, Account.id)
    return work.session.scalars(query).all()


def organisations_of(work: Work, account_id: UUID) -> Sequence[Organisation]:
    """The organisations that the account may file for, the first joined first."""
    query = (
        sa.select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.account_id == account_id, Membership.left_at.is_(None))
        .order_by(Membership.joined_at, Organisation.id)
    )
    return work.session.scalars(query).all()


def may_file_for(work: Work, account_id: UUID, organisation_id: UUID) -> bool:
    """Whether the account is a member of the organisation now."""
    membership = work.session.get(Membership, (account_id, organisation_id))
    return membership is not None and membership.left_at is None


def organisation_by_id(work: Work, organisation_id: UUID) -> Organisation | None:
    return work.session.get(Organisation, organisation_id)


def live_sessions(work: Work, account_id: UUID) -> Sequence[SignInSession]:
    """The sessions of an account that were not ended, the newest first; some may be over by age."""
    query = (
        sa.select(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
        .order_by(SignInSession.created_at.desc(), SignInSession.id)
    )
    return work.session.scalars(query).all()


def live_tokens(work: Work, account_id: UUID) -> Sequence[AccessToken]:
    """The tokens of an account that are neither revoked nor expired, the newest first."""
    query = (
        sa.select(AccessToken)
        .where(
            AccessToken.account_id == account_id,
            AccessToken.revoked_at.is_(None),
            AccessToken.expires_at > work.clock.now(),
        )
        .order_by(AccessToken.created_at.desc(), AccessToken.id)
    )
    return work.session.scalars(query).all()
