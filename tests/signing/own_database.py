"""A database of their own for tests that tamper with the signing journal, which a running signer would notice.

Import `settings`, `engine` and `database` into a conftest.py: they stand in for the fixtures of the same names.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from config.database import Base, make_engine
from config.migrate import migrate
from config.postgres import EmbeddedPostgres
from config.settings import Settings

NUMBERS = itertools.count(1)  # each folder of tests that imports the fixtures has its own


@pytest.fixture(scope="session")
def settings(postgres: EmbeddedPostgres) -> Settings:
    """Settings of a trial installation whose tables are in another database of the same server."""
    common = Settings.from_environment({"DATA_FOLDER": str(postgres.folder), "SECRET_KEY": "k" * 40})
    name = f"antin_tampered_{next(NUMBERS)}"
    with psycopg.connect(common.database_owner_url, autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name}".encode())
    own = replace(
        common,
        database_url=_renamed(common.database_url, name),
        database_owner_url=_renamed(common.database_owner_url, name),
        database_signer_url=_renamed(common.database_signer_url, name),
    )
    migrate(own)
    return own


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """Connections as the app's role."""
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: sa.Engine, settings: Settings) -> Iterator[sa.Engine]:
    """The database, emptied after the test, the journal too."""
    yield engine
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with psycopg.connect(settings.database_owner_url) as owner:
        owner.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())


def _renamed(url: str, name: str) -> str:
    return url.replace("/antin?", f"/{name}?")
