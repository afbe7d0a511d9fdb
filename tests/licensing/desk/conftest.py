"""A desk to sit at: the whole web application on the test's own unit of work, signed in as whoever is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from config.access import SYSTEM, VISITOR, Actor
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from tests.licensing.factories import Cast, a_cast
from tests.licensing.fixtures import reactor, unit

__all__ = ["reactor", "unit"]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@dataclass
class Desk:
    """A browser without scripts; `post` sends the tokens of the page that was read last."""

    client: FlaskClient
    engine: sa.Engine
    actor: Actor = field(default=VISITOR)
    page: str = ""
    queries: int = 0

    def as_(self, actor: Actor) -> Desk:
        self.actor = actor
        return self

    def get(self, path: str, status: int = 200) -> str:
        response = self.client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == status, f"{path}: {response.status_code}"
        self.page = response.get_data(as_text=True)
        return self.page

    def post(self, path: str, **given: Any) -> TestResponse:
        token, seen = TOKEN.search(self.page), SEEN.search(self.page)
        form = {"csrf_token": token[1] if token else "", "seen": seen[1] if seen else "", **given}
        response = self.client.post(path, data=form, headers={"Origin": "http://localhost"})
        if response.mimetype == "text/html" and response.status_code != 303:
            self.page = response.get_data(as_text=True)
        return response

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the statements that reach the database."""

        def count(*_: Any) -> None:
            self.queries += 1

        self.queries = 0
        sa.event.listen(self.engine, "before_cursor_execute", count)
        yield
        sa.event.remove(self.engine, "before_cursor_execute", count)


@pytest.fixture(scope="session")
def web(settings: Settings, keys: object) -> Flask:
    """The installation's web application."""
    app = create_app(settings)
    app.testing = True
    return app


@pytest.fixture
def desk(web: Flask, unit: UnitOfWork, database: sa.Engine) -> Desk:
    """Nobody yet; `desk.as_(actor)` sits down."""
    made = Desk(web.test_client(), database)
    web.extensions["unit_of_work"] = unit
    web.extensions["actor_loader"] = lambda: made.actor
    return made


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)
