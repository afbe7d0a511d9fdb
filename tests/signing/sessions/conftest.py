"""Requests on record whose official's key is not here: in their hands, or on their telephone."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

import signing.reactions
from config.access import SYSTEM
from config.events import Event, Reactions, Reactor
from config.unit_of_work import UnitOfWork
from signing.pki.ceremony import BuiltInAuthority
from signing.requests.file import file_request
from signing.sessions.events import SigningSessionBegun
from signing.sessions.follow import follow_session
from tests.confirm.moved import NAME, key_in, moved
from tests.confirm.server import ConfirmService, confirming
from tests.documents import PIN, a_preparation
from tests.pki.build import Identity, pki
from tests.processes import Services


def follow(unit: UnitOfWork, event: SigningSessionBegun) -> None:
    """What an installation does as well, after it asked whether the official may still sign."""
    follow_session(unit, event.session_id)


@pytest.fixture
def reactor() -> Reactor:
    followed: dict[type[Event], Reactions] = {SigningSessionBegun: Reactions(afterwards=[follow])}
    return Reactor([signing.reactions.REACTIONS, followed])


@pytest.fixture(scope="package")
def official(keys: BuiltInAuthority) -> Identity:
    """The official's key, as its holder has it."""
    return key_in(keys.folder / f"{NAME}.p12", PIN)


@pytest.fixture(scope="module")
def in_hands(official: Identity, services: Services) -> Iterator[None]:
    with moved(services):
        yield


@pytest.fixture(scope="module")
def phone(official: Identity, services: Services) -> Iterator[ConfirmService]:
    with confirming(official, pki().deputy) as service, moved(services, service.address):
        yield service


@pytest.fixture
def request_id(live_unit: UnitOfWork) -> UUID:
    """A small document, prepared and on record."""
    preparation = a_preparation(live_unit)
    with live_unit.begin(SYSTEM) as work:
        return file_request(work, preparation).id
