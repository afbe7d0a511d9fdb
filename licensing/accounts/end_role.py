"""A role ends: from the next day on it allows nothing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from config.unit_of_work import Work
from licensing.accounts.errors import RoleGrantNotFound
from licensing.accounts.events import RoleEnded
from licensing.accounts.models import RoleGrant
from licensing.accounts.rules import check_period


def end_role(work: Work, grant_id: UUID, last_day: date) -> RoleGrant:
    """Set the last day of a granted role; raises `RoleGrantNotFound` or `PeriodBackwards`."""
    grant = work.session.get(RoleGrant, grant_id, with_for_update=True, populate_existing=True)
    if grant is None:
        raise RoleGrantNotFound("There is no such grant of a role.")
    check_period(grant.starts_on, last_day)
    grant.ends_on = last_day
    work.record(RoleEnded(grant.id, last_day))
    return grant
