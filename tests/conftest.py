"""What every test stands on: a real PostgreSQL, a clock that stands still, a unit of work on both."""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.x509.oid import NameOID
from sqlalchemy.orm import Session, sessionmaker

import config.jobs
import licensing.tables
import registry.tables
import signing.tables
import signing.wiring
from config.access import SYSTEM
from config.clock import FrozenClock, SystemClock
from config.database import Base, make_engine
from config.events import Reactor
from config.jobs import Jobs
from config.migrate import migrate
from config.postgres import OWNER, EmbeddedPostgres
from config.serve import set_up_trial
from config.settings import Settings
from config.storage import Storage
from config.typeset import Typesetter
from config.unit_of_work import Tools, UnitOfWork, Work
from signing.pki import certificates
from signing.pki.ceremony import BuiltInAuthority, KeyOrder, create_trial_authority, issue_key, issue_official
from signing.pki.keyfiles import password_of
from tests.processes import Services, free_ports, running_services

assert licensing.tables and registry.tables and signing.tables and config.jobs

pytest_plugins = ("tests.network", "tests.order", "tests.quick_passwords", "tests.skips")

os.environ.setdefault("SERVER_WORKERS", "1")  # of the installations that tests start: each one more costs two seconds
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PIN = "123456"
AGENCY = "Sở Nông nghiệp và Môi trường tỉnh Minh Họa"  # the demonstration's, whose keys the tests share
# The signer process remembers where its journal and the log end, and would refuse shorter ones.
REMEMBERED = {"signing_journal"} | {
    mapper.local_table.name  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
    if mapper.class_.__module__.startswith("registry.")
}
# Only for speed: a test database need not survive a power cut.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """What a command sets up for its process ends with the test that ran it here."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)


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
def environment(postgres: EmbeddedPostgres) -> dict[str, str]:
    """What the settings of this run are read from, by the tests and by the processes they start."""
    return {"DATA_FOLDER": str(postgres.folder), "SECRET_KEY": "k" * 40, "PORT": str(free_ports())}


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> Settings:
    """The settings of a trial installation in a folder of its own, its schema at the head of the chain."""
    settings = Settings.from_environment(environment)
    set_up_trial(settings)
    migrate(settings)
    return settings


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """Connections as the app's role."""
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: sa.Engine, settings: Settings) -> Iterator[sa.Engine]:
    """The database, emptied after the test."""
    yield engine
    empty(settings)


def empty(settings: Settings) -> None:
    """Empty the database, as the owner: the app may not."""
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables if table.name not in REMEMBERED)
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


def _for_both(name: x509.Name) -> x509.Name:
    """The name with the agency of tests without demonstration as a unit: certificates name whom they sign for."""
    return x509.Name([*name, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Sở Ví Dụ")])


@pytest.fixture(scope="session")
def keys(settings: Settings) -> BuiltInAuthority:
    """The trial authority of this run with one agency's seal and one official's key (PIN 123456)."""
    clock = SystemClock(HANOI)
    built_in = create_trial_authority(settings.keys_folder, clock, settings.responder_url)
    order = KeyOrder("seal-minhhoa", certificates.SEAL, _for_both(certificates.seal_name(AGENCY)), clock.now())
    issue_key(built_in, order, password_of(built_in.folder, order.name))
    head = _for_both(certificates.official_name("Phạm Ví Dụ", "Phó Giám đốc", AGENCY))
    issue_official(built_in, "lanhdao", head, PIN, clock)
    return built_in


@pytest.fixture(scope="session")
def services(settings: Settings, environment: dict[str, str], keys: BuiltInAuthority) -> Iterator[Services]:
    """Signer, timestamp server, responder and typesetter, really running."""
    with running_services(settings, environment) as running:
        yield running


@pytest.fixture
def live_unit(
    database: sa.Engine, settings: Settings, services: Services, reactor: Reactor, tmp_path: Path
) -> UnitOfWork:
    """A unit of work by the real clock, with all tools of the running processes."""
    clock = SystemClock(HANOI)
    tools = Tools(settings, Storage(tmp_path / "storage"), Typesetter(settings.typesetter_socket))
    for part in signing.wiring.tools(settings, clock):
        tools.add(part)
    sessions = sessionmaker[Session](database, expire_on_commit=False)
    return UnitOfWork(sessions, clock, reactor, Jobs(settings, reactor, {}), tools)


@pytest.fixture
def work(unit: UnitOfWork) -> Iterator[Work]:
    """One transaction of the system's, committed at the end of the test."""
    with unit.begin(SYSTEM) as work:
        yield work
