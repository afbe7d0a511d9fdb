"""The pages of the registry with officials of an agency behind the register."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.access import Actor
from config.unit_of_work import UnitOfWork
from registry.suspicions.queries import HANDLE_REPORTS
from registry.verification.contacts import AgencyContacts, Contact, Reader
from tests.registry.conftest import SERIES
from tests.registry.verification.conftest import HTML, app, code

__all__ = ["app", "code"]
CONTACT = Contact({"vi": "Sở Ví Dụ", "en": "Example department"}, "0200 111 222", "Số 2 đường Ví Dụ")
SignedIn = Callable[..., FlaskClient]


@pytest.fixture
def told_unit(live_unit: UnitOfWork) -> UnitOfWork:
    """The register knows how to reach the agency, and who reads its mail."""

    def readers(work: object, agency: str | None) -> list[Reader]:
        return [Reader("vanthu@vidu.example" if agency else "quantri@vidu.example", "vi")]

    live_unit.tools.add(AgencyContacts(lambda work, agency: CONTACT if agency == SERIES.agency else None, readers))
    return live_unit


@pytest.fixture
def visitor(app: Flask, told_unit: UnitOfWork) -> FlaskClient:
    """Somebody without an account."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = HTML["Accept"]
    return client


@pytest.fixture
def official() -> Actor:
    """Somebody who handles reports at the agency of the tests' licences."""
    from config import tokens

    return Actor(tokens.new_id(), "Lan Ví Dụ", {SERIES.agency: frozenset({HANDLE_REPORTS})})
