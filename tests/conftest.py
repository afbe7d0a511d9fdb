"""What every test stands on: a real PostgreSQL, a clock that stands still, a unit of work on both."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session, sessionmaker

import config.jobs
import licensing.tables
import registry.tables
import signing.tables
from config.access import SYSTEM
from config.clock import FrozenClock
from config.database import Base, make_engine
from config.events import Reactor
from config.jobs import Jobs
from config.migrate import alembic_config, grant
from config.postgres import OWNER, EmbeddedPostgres
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import Tools, UnitOfWork, Work

assert licensing.tables and registry.tables and signing.tables and config.jobs

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Only for speed: a test database need not survive a power cut.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server for this run, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="antin-") as folder:
        server = EmbeddedPostgres(Path(folder), FAST)
        server.prepare()
        with (Path(folder) / "postgres.log").open("wb") as log:
            process = subprocess.Popen(server.command(), stderr=log, stdout=log)
            try:
                server.wait_until_ready(process)
                server.create_database()
                yield server
            finally:
                process.send_signal(2)
                process.wait(20)


@pytest.fixture(scope="session")
def settings(postgres: EmbeddedPostgres) -> Settings:
    """The settings of a trial installation in a folder of its own, its schema at the head of the chain."""
    settings = Settings.from_environment({"DATA_FOLDER": str(postgres.folder), "SECRET_KEY": "k" * 40})
    command.upgrade(alembic_config(settings.database_owner_url), "head")
    owner = make_engine(settings.database_owner_url)
    Base.metadata.create_all(owner)
    owner.dispose()
    grant(settings)
    return settings


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """Connections as the app's role."""
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: sa.Engine, settings: Settings) -> Iterator[sa.Engine]:
    """The database, emptied after the test (by the owner: the app may not)."""
    yield engine
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with psycopg.connect(f"host={settings.data_folder}/postgres/run user={OWNER} dbname=antin") as owner:
        queue = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
        owner.execute(f"TRUNCATE {tables}, {queue} RESTART IDENTITY CASCADE")


@pytest.fixture
def clock() -> FrozenClock:
    """Thursday 12 February 2026, 10:00 in Hanoi, until the test moves it."""
    return FrozenClock(datetime(2026, 2, 12, 3, 0, tzinfo=UTC), HANOI)


@pytest.fixture
def reactor() -> Reactor:
    """No reactions; a package's tests override this with its own table."""
    return Reactor([])


@pytest.fixture
def unit(database: sa.Engine, settings: Settings, clock: FrozenClock, reactor: Reactor, tmp_path: Path) -> UnitOfWork:
    """A unit of work on the real database, with files in a folder of the test's own."""
    sessions = sessionmaker[Session](database, expire_on_commit=False)
    return UnitOfWork(sessions, clock, reactor, Jobs(settings, reactor, {}), Tools(Storage(tmp_path / "storage")))


@pytest.fixture
def work(unit: UnitOfWork) -> Iterator[Work]:
    """One transaction of the system's, committed at the end of the test."""
    with unit.begin(SYSTEM) as work:
        yield work
