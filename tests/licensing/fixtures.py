"""Fixtures of the service's tests: what follows from events, files, a client of the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

import licensing.reactions
import signing.reactions
from app import create_app
from config.access import VISITOR, Actor
from config.events import Reactor
from config.problems import ProblemApi, register_problem_handlers
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.applications.api import applications
from licensing.decisions.api import decisions
from licensing.fees.api import fees
from licensing.papers.api import papers
from licensing.workflow.api import tasks
from signing.signer.client import SignerClient
from tests.licensing.site import Site, site_of


@pytest.fixture
def reactor() -> Reactor:
    """What follows from events, as in an installation; jobs are deferred, and run by nobody."""
    return Reactor([signing.reactions.REACTIONS, licensing.reactions.REACTIONS])


@pytest.fixture
def unit(unit: UnitOfWork, settings: Settings) -> UnitOfWork:
    """The unit of work with settings and signer's client among its tools, as in an installation."""
    unit.tools.add(settings)
    unit.tools.add(SignerClient(settings.signer_socket))
    return unit


@dataclass
class Answer:
    """What came back; `json` is whatever it holds."""

    response: TestResponse

    @property
    def json(self) -> Any:
        return self.response.json

    @property
    def data(self) -> bytes:
        return bytes(self.response.data)

    @property
    def headers(self) -> Headers:
        return self.response.headers

    @property
    def status_code(self) -> int:
        return self.response.status_code

    @property
    def content_type(self) -> str | None:
        return self.response.content_type


@dataclass
class Browser:
    """A client of the API that is signed in as `actor`."""

    client: FlaskClient
    actor: Actor = field(default=VISITOR)

    def as_(self, actor: Actor) -> Browser:
        self.actor = actor
        return self

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        if body is not None:
            options["json"] = body
        return Answer(self.client.open(f"/v1{path}", method=method, **options))

    def get(self, path: str, **options: Any) -> Answer:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.send("POST", path, body, **options)


@pytest.fixture
def app(unit: UnitOfWork) -> Flask:
    """The API of the packages under test, on the test's unit of work."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        API_TITLE="Test", API_VERSION="1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json", TESTING=True,
    )  # fmt: skip
    app.extensions["unit_of_work"] = unit
    api = ProblemApi(app)
    for blueprint in (applications, tasks, fees, decisions, papers):
        api.register_blueprint(blueprint)
    register_problem_handlers(app)
    return app


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A visitor; `browser.as_(actor)` signs in."""
    made = Browser(app.test_client())
    app.extensions["actor_loader"] = lambda: made.actor
    return made


@pytest.fixture(scope="session")
def whole_app(settings: Settings, keys: object) -> Flask:
    """The application as it is served, pages and all."""
    return create_app(settings)


@pytest.fixture
def site(whole_app: Flask, unit: UnitOfWork) -> Site:
    """A browser without a window on the test's unit of work; `site.as_(actor)` signs in."""
    whole_app.extensions["unit_of_work"] = unit
    return site_of(whole_app)
