"""A licence in the register, made on the running processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

import registry.reactions
import registry.wiring
import signing.reactions
from config import tokens
from config.access import SYSTEM
from config.clock import FrozenClock
from config.database import make_engine
from config.events import Reactor
from config.jobs import Jobs
from config.problems import ProblemApi, register_problem_handlers
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.enter import NewEntry, enter
from registry.entries.numbering import NumberSeries, reserve_number
from registry.entries.reserve import reserve_paper
from signing.pades.digest import seal_facts, signature_facts
from tests.documents import a_sealed_document

SERIES = NumberSeries("000.00.05.H99", "ATTP", 2026)


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS, registry.reactions.REACTIONS])


def new_entry(unit: UnitOfWork, owner_key: str, sealed: bytes, valid_until: date | None = date(2099, 1, 1)) -> NewEntry:
    """The entry of a sealed document, with what has to be reserved for it."""
    with unit.begin(SYSTEM) as work:
        reserve_paper(work, owner_key)
        number = reserve_number(work, SERIES, owner_key)
    seal, official = seal_facts(sealed), signature_facts(sealed, "Official")
    return NewEntry(
        owner_key=owner_key,
        kind="food_safety",
        title={"vi": "Giấy chứng nhận", "en": "Certificate"},
        agency=SERIES.agency,
        agency_name={"vi": "Sở Ví Dụ", "en": "Example department"},
        number=f"{number}/2026/ATTP-SVD",
        issued_on=date(2026, 1, 1),
        valid_until=valid_until,
        facts={"owner_name": "Đỗ Ví Dụ", "address": "Số 1 đường Ví Dụ"},
        public_facts=[{"name": "address", "label": {"vi": "Địa chỉ", "en": "Address"}, "value": "Số 1 đường Ví Dụ"}],
        actors=["officer", "approver"],
        sealed_sha256=unit.tools[Storage].put(sealed),
        pdf=seal.byte_range_digest,
        sv=seal.signature_value_sha256,
        sk=seal.certificate_sha256,
        auth=official.signature_value_sha256,
    )


def made_up_entry(unit: UnitOfWork, **changes: Any) -> NewEntry:
    """The entry of a document that nobody ever sees: digests of nothing, reserved for."""
    owner_key = changes.pop("owner_key", None) or str(tokens.new_id())
    with unit.begin(SYSTEM) as work:
        reserve_paper(work, owner_key)
    values: dict[str, Any] = {
        "owner_key": owner_key,
        "kind": "food_safety",
        "title": {"vi": "Giấy chứng nhận", "en": "Certificate"},
        "agency": SERIES.agency,
        "agency_name": {"vi": "Sở Ví Dụ", "en": "Example department"},
        "number": owner_key,
        "issued_on": date(2026, 1, 1),
        "valid_until": date(2099, 1, 1),
        "facts": {"owner_name": "Đỗ Ví Dụ", "area": 12.5, "rooms": {"kitchen": 2, "b": None}},
        "public_facts": [{"name": "area", "label": {"vi": "Diện tích", "en": "Area"}, "value": 12.5}],
        "actors": ["officer", "approver"],
        "sealed_sha256": "0" * 64,
        **{name: tokens.random_bytes(32) for name in ("pdf", "sv", "sk", "auth")},
    }
    return NewEntry(**values | changes)


@pytest.fixture
def dated_unit(
    database: sa.Engine, settings: Settings, live_unit: UnitOfWork, clock: FrozenClock, reactor: Reactor
) -> UnitOfWork:
    """A unit of work with all tools of the running processes, on a day that the test chooses."""
    sessions = sessionmaker[Session](database, expire_on_commit=False)
    return UnitOfWork(sessions, clock, reactor, Jobs(settings, reactor, {}), live_unit.tools)


@contextmanager
def edited(settings: Settings, table: Any, which: Any, undo: Any = None, **changes: Any) -> Iterator[None]:
    """A row as somebody with all rights on the database has changed it; undone at the end (`undo` finds it then)."""
    engine = make_engine(settings.database_owner_url)
    with closing_pool(engine), engine.connect() as connection:
        before = connection.execute(sa.select(*(getattr(table, name) for name in changes)).where(which)).one()
        connection.execute(sa.update(table).where(which).values(**changes))
        connection.commit()
        try:
            yield
        finally:
            undone = dict(zip(changes, before, strict=True))
            connection.execute(sa.update(table).where(which if undo is None else undo).values(**undone))
            connection.commit()


@contextmanager
def closing_pool(engine: sa.Engine) -> Iterator[None]:
    """An engine of a moment; nothing of it stays open, whatever happens."""
    try:
        yield
    finally:
        engine.dispose()


Entered = Callable[..., UUID]


@pytest.fixture
def entered(live_unit: UnitOfWork) -> Entered:
    """Makes an entry of a sealed document, its own or a given one, and gives the entry's id."""

    def make(sealed: bytes | None = None) -> UUID:
        owner_key = str(tokens.new_id())
        content = sealed or a_sealed_document(live_unit, owner_key, f"Giấy phép {owner_key}")
        new = new_entry(live_unit, owner_key, content)
        with live_unit.begin(SYSTEM) as work:
            return enter(work, new).id

    return make


@pytest.fixture
def client(live_unit: UnitOfWork, settings: Settings) -> FlaskClient:
    """The public views in an application of their own."""
    app = Flask(__name__, static_folder=None)
    app.config.update(API_TITLE="Antin", API_VERSION="1", OPENAPI_VERSION="3.1.0", SECRET_KEY="k" * 40)
    app.extensions["unit_of_work"], app.extensions["settings"] = live_unit, settings
    registry.wiring.register(app, ProblemApi(app))
    register_problem_handlers(app)
    return app.test_client()
