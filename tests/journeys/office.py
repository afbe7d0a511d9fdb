"""The application with the demonstration's cast, in this process: on running services, jobs and clock at hand."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from config.access import SYSTEM
from config.clock import Clock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.catalogue.publish import publish_revision
from licensing.demonstration.passwords import NAME, Secrets
from licensing.demonstration.seed import seed_demonstration
from licensing.demonstration.walk import Walk
from tests.conftest import empty
from tests.documents import PIN, work_off
from tests.journeys.story import Story
from tests.licensing.catalogue.shipped import changed
from tests.processes import Services, free_ports

PASSWORD = "thử-một-mật-khẩu-đủ-dài"


@dataclass(frozen=True)
class Office:
    """The application on a loopback port, with the unit of work behind it. Jobs wait until `work_off`."""

    address: str
    app: Flask
    services: Services

    @property
    def unit(self) -> UnitOfWork:
        unit: UnitOfWork = self.app.extensions["unit_of_work"]
        return unit

    @cached_property
    def walk(self) -> Walk:
        """Everybody, signed in once for all stories."""
        return Walk(self.address, Secrets(PASSWORD, PIN), lambda line: None)

    def story(self) -> Story:
        return Story(self.address, self.walk, Secrets(PASSWORD, PIN), self.work_off)

    def work_off(self) -> None:
        work_off(self.unit)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        logging.getLogger("journeys").debug(message, *args)


@contextmanager
def seeded_app(settings: Settings, clock: Clock | None = None) -> Iterator[Flask]:
    """The application with agency, officials, applicant and procedure; the database is emptied afterwards."""
    (settings.data_folder / NAME).write_text(json.dumps(asdict(Secrets(PASSWORD, PIN))))
    app = create_app(settings, clock)
    unit: UnitOfWork = app.extensions["unit_of_work"]
    try:
        seed_demonstration(unit, settings)
        yield app
    finally:
        close(unit)
        empty(settings)


@contextmanager
def an_office(settings: Settings, services: Services, clock: Clock | None = None) -> Iterator[Office]:
    """Serve the application over HTTP."""
    with seeded_app(settings, clock) as app:
        port = free_ports()
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Office(f"http://127.0.0.1:{port}", app, services)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def number_before_signature(unit: UnitOfWork) -> None:
    """From today on the procedure is as before but for one thing: the official signs number and date."""
    package = changed("procedure.yaml", ("numbering: after_signature", "numbering: before_signature"))
    with unit.begin(SYSTEM) as work:
        publish_revision(work, package, work.clock.today())


def close(unit: UnitOfWork) -> None:
    """Leave no connection open."""
    with unit.begin(SYSTEM) as work:
        engine = work.session.get_bind()
    assert isinstance(engine, sa.Engine)
    engine.dispose()
