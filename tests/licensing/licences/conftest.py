"""An issued licence, and whoever may print it, on the running processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from config.access import SYSTEM, Actor
from config.settings import Settings
from licensing.accounts.models import Account
from licensing.accounts.queries import actor_of
from licensing.demonstration.cast import APPLICANT_EMAIL
from licensing.licences.models import Licence
from licensing.licences.prints.rules import PrintOrder
from registry.prints.models import CertifiedPrint
from tests.journeys.office import Office, an_office
from tests.journeys.story import Story
from tests.licensing.fixtures import app, browser, reactor, unit
from tests.processes import Services
from tests.registry.conftest import edited

By = Callable[[str], Actor]


@pytest.fixture(scope="module")
def office(settings: Settings, services: Services) -> Iterator[Office]:
    """One for the tests of a file."""
    with an_office(settings, services) as office:
        yield office


@dataclass(frozen=True)
class Issued:
    """A published licence with its application."""

    story: Story
    application_id: UUID
    licence_id: UUID
    entry_id: UUID
    code: str


def issue(office: Office) -> Issued:
    """From an application to the published licence."""
    story = office.story().decided()
    story.sign(story.to_sign())
    story.seal(story.to_seal())
    story.published()
    with office.unit.begin(SYSTEM) as work:
        licence = work.session.scalars(sa.select(Licence).where(Licence.application_id == UUID(story.id))).one()
        assert licence.entry_id is not None
        return Issued(story, UUID(story.id), licence.id, licence.entry_id, licence.register_code)


@pytest.fixture(scope="module")
def issued(office: Office) -> Issued:
    """The licence that the tests of a file print."""
    return issue(office)


@pytest.fixture
def by(office: Office) -> By:
    """Somebody of the demonstration, as the caller of a use case."""

    def find(login: str) -> Actor:
        with office.unit.begin(SYSTEM) as work:
            return actor_of(work, work.session.scalars(sa.select(Account).where(Account.login == login)).one())

    return find


@contextmanager
def standing(settings: Settings, table: Any, which: Any, **changes: Any) -> Iterator[None]:
    """A row as it will stand one day."""
    with edited(settings, table, which, **changes):
        yield


def order(key: UUID | None = None, recipient: str = "Ngân hàng Ví Dụ", reason: str = "Yêu cầu tại quầy") -> PrintOrder:
    return PrintOrder(key or uuid4(), recipient, reason)


def numbers(office: Office, issued: Issued) -> list[int]:
    """The numbers of all prints of the licence."""
    query = sa.select(CertifiedPrint.number).where(CertifiedPrint.entry_id == issued.entry_id)
    with office.unit.begin(SYSTEM) as work:
        return sorted(work.session.scalars(query))


__all__ = [
    "APPLICANT_EMAIL",
    "By",
    "Issued",
    "app",
    "browser",
    "issue",
    "numbers",
    "order",
    "reactor",
    "standing",
    "unit",
]
