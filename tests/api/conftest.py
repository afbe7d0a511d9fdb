"""The API as a program meets it: the whole application in this process, with people who hold tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from licensing.accounts.create_token import create_token
from licensing.accounts.grant_role import grant_role
from licensing.accounts.models import Account
from licensing.accounts.queries import actor_of
from licensing.accounts.roles import Role
from licensing.demonstration.cast import AGENCY, APPLICANT_EMAIL
from licensing.demonstration.seed import SINCE
from tests.journeys.office import Office, an_office
from tests.processes import Services


@pytest.fixture(scope="module")
def office(settings: Settings, services: Services) -> Iterator[Office]:
    """The application, on the running services."""
    with an_office(settings, services) as office:
        yield office


@pytest.fixture(scope="module")
def ids(office: Office) -> Sequence[str]:
    """A draft, and an application that waits for its decision: what paths may name beside what is not there."""
    return [office.story().complete_draft().id, office.story().proposed().id]


@pytest.fixture(scope="module")
def tokens(office: Office) -> Mapping[str, str]:
    """A token of the applicant's and one of an official who has every role."""
    made = {}
    for name, login in (("applicant", APPLICANT_EMAIL), ("official", "lanhdao")):
        with office.unit.begin(SYSTEM) as work:
            account = work.session.scalars(sa.select(Account).where(Account.login == login)).one()
            for role in (Role.CASE_OFFICER, Role.RECEPTION_OFFICER, Role.UNIT_HEAD, Role.CLERK):
                if name == "official":
                    grant_role(work, account.id, AGENCY.code, role, SINCE)
            actor = actor_of(work, account)
        with office.unit.begin(actor) as work:
            made[name] = create_token(work, name, 1).text
    return made
