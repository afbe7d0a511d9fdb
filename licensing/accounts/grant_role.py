"""An official gets a role at an agency for a time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.errors import AlreadyGranted, DetailsNotAccepted, NotAnOfficial
from licensing.accounts.events import RoleGranted
from licensing.accounts.models import Kind, RoleGrant
from licensing.accounts.queries import account_by_id, agency_by_code
from licensing.accounts.roles import Role
from licensing.accounts.rules import check_period, overlap


def grant_role(
    work: Work,
    account_id: UUID,
    agency_code: str | None,
    role: Role,
    starts_on: date,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give a role; only administrators may have theirs without an agency, for the whole installation.

    Raises `NotAnOfficial`, `AgencyNotFound`, `AlreadyGranted`, `PeriodBackwards`, `DetailsNotAccepted`.
    """
    check_period(starts_on, ends_on)
    if account_by_id(work, account_id, lock=True).kind != Kind.OFFICIAL:
        raise NotAnOfficial("Only officials have roles at agencies.")
    if agency_code is not None:
        agency_by_code(work, agency_code)
    elif role != Role.ADMINISTRATOR:
        raise DetailsNotAccepted("This role is given at an agency.")
    grants = sa.select(RoleGrant).where(
        RoleGrant.account_id == account_id,
        RoleGrant.role == role,
        RoleGrant.agency_code.is_not_distinct_from(agency_code),
    )
    period = (starts_on, ends_on)
    if any(overlap(period, (item.starts_on, item.ends_on)) for item in work.session.scalars(grants)):
        raise AlreadyGranted("The official has this role there in that period already.")
    grant = RoleGrant(
        id=tokens.new_id(),
        account_id=account_id,
        agency_code=agency_code,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    work.session.add(grant)
    work.session.flush()
    work.record(RoleGranted(grant.id, account_id, role))
    return grant
