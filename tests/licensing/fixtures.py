"""Fixtures of the service's tests: what follows from events, files, a client of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.access import VISITOR, Actor
from config.events import Event, Reactions, Reactor
from config.problems import ProblemApi, register_problem_handlers
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts import events as accounts_events
from licensing.applications import events as applications_events
from licensing.applications.api import applications
from licensing.applications.events import ApplicationAccepted, ApplicationWithdrawn
from licensing.catalogue import events as catalogue_events
from licensing.catalogue.events import ProcedurePublished
from licensing.deadlines.start import start_time_limit
from licensing.decisions import events as decisions_events
from licensing.decisions.api import decisions
from licensing.decisions.events import DecisionSetAside
from licensing.decisions.follow_signing import record_sealed, record_signed
from licensing.decisions.prepare_refusal import void_refusal
from licensing.documents import events as documents_events
from licensing.fees import events as fees_events
from licensing.fees.api import fees
from licensing.fees.assess import assess_fees
from licensing.papers import events as papers_events
from licensing.papers.api import papers
from licensing.workflow import events as workflow_events
from licensing.workflow.api import tasks
from licensing.workflow.check_published import check_published_steps
from licensing.workflow.open_tasks import drop_tasks, open_first_task
from signing.reactions import REACTIONS as SIGNING
from signing.requests.events import RequestSealed, RequestSigned

MODULES = (
    *(accounts_events, applications_events, catalogue_events, documents_events, workflow_events, fees_events),
    *(decisions_events, papers_events),
)
# As licensing/reactions.py wires them, without the jobs: tests run what follows afterwards themselves.
TOGETHER: Mapping[type[Event], Reactions] = {
    ProcedurePublished: Reactions(together=[check_published_steps]),
    ApplicationAccepted: Reactions(together=[start_time_limit, assess_fees, open_first_task]),
    ApplicationWithdrawn: Reactions(together=[drop_tasks]),
    DecisionSetAside: Reactions(together=[void_refusal]),
    RequestSigned: Reactions(together=[record_signed]),
    RequestSealed: Reactions(together=[record_sealed]),
}


def every_event() -> dict[type[Event], Reactions]:
    """All events of the packages in use, with nothing that follows."""
    found = [value for module in MODULES for value in vars(module).values() if isinstance(value, type)]
    return {kind: Reactions() for kind in found if issubclass(kind, Event) and kind is not Event}


@pytest.fixture
def reactor() -> Reactor:
    """What happens together with an event, as in an installation."""
    return Reactor([every_event(), SIGNING, TOGETHER])


@pytest.fixture
def unit(unit: UnitOfWork, settings: Settings) -> UnitOfWork:
    """The unit of work with the settings among its tools, as in an installation."""
    unit.tools.add(settings)
    return unit


@dataclass
class Browser:
    """A client of the API that is signed in as `actor`."""

    client: FlaskClient
    actor: Actor = field(default=VISITOR)

    def as_(self, actor: Actor) -> Browser:
        self.actor = actor
        return self

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        if body is not None:
            options["json"] = body
        return self.client.open(f"/v1{path}", method=method, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
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
