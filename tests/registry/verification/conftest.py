"""The pages of the registry in an application of their own, and a browser in front of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import registry.wiring
from config.access import SYSTEM
from config.front import register_front
from config.languages import register_languages
from config.pages import register_pages
from config.problems import ProblemApi, register_problem_handlers
from config.security import register_security
from config.settings import Settings
from config.static import register_static
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.models import Entry, Paper
from registry.log.append import integrate
from tests.documents import work_off
from tests.registry.conftest import Entered, made_up_entry

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def app(live_unit: UnitOfWork, settings: Settings) -> Flask:
    """The pages of the registry alone. Nothing here knows who is signed in: asking would fail."""
    app = Flask(__name__, static_folder=None)
    app.config.update(API_TITLE="Antin", API_VERSION="1", OPENAPI_VERSION="3.1.0", SECRET_KEY="k" * 40)
    app.extensions["unit_of_work"], app.extensions["settings"] = live_unit, settings
    app.extensions["actor_loader"] = lambda: pytest.fail("somebody asked who is signed in")
    for part in (register_security, register_pages, register_static):
        part(app, settings)
    register_languages(app)
    register_front(app)
    registry.wiring.register(app, ProblemApi(app))
    register_problem_handlers(app)
    return app


@pytest.fixture
def browser(app: Flask, settings: Settings) -> FlaskClient:
    """As a browser asks, with the cookie of somebody who is signed in."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = HTML["Accept"]
    client.set_cookie(app.config["SIGN_IN_COOKIE"], "somebody's secret")
    return client


@pytest.fixture
def code(live_unit: UnitOfWork) -> str:
    new = made_up_entry(live_unit)
    with live_unit.begin(SYSTEM) as work:
        code = enter(work, new).register_code
    integrate(live_unit)
    return code


@pytest.fixture
def published(live_unit: UnitOfWork, entered: Entered) -> tuple[bytes, str]:
    """A licence's published file and register code."""
    entry_id = entered()
    integrate(live_unit)
    work_off(live_unit)
    query = sa.select(Paper.published_sha256, Entry.register_code).join(Entry, Entry.id == Paper.entry_id)
    with live_unit.begin(SYSTEM) as work:
        digest, code = work.session.execute(query.where(Paper.entry_id == entry_id)).one()
    assert digest is not None
    return live_unit.tools[Storage].get(digest), code
