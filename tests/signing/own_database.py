"""A database of their own for tests that tamper with the signing journal, which a running signer would notice.

Import `settings`, `engine` and `database` into a conftest.py: they stand in for the fixtures of the same names.
"""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from config.database import Base, make_engine
from config.migrate import alembic_config, grant
from config.postgres import OWNER, EmbeddedPostgres
from config.settings import Settings

NAME = "antin_tampered"


@pytest.fixture(scope="session")
def settings(postgres: EmbeddedPostgres) -> Settings:
    """Settings of a trial installation whose tables are in another database of the same server."""
    common = Settings.from_environment({"DATA_FOLDER": str(postgres.folder), "SECRET_KEY": "k" * 40})
    with _as_owner(postgres, "antin") as owner:
        owner.autocommit = True
        owner.execute(f"DROP DATABASE IF EXISTS {NAME}".encode())
        owner.execute(f"CREATE DATABASE {NAME}".encode())
    own = replace(
        common,
        database_url=_renamed(common.database_url),
        database_owner_url=_renamed(common.database_owner_url),
        database_signer_url=_renamed(common.database_signer_url),
    )
    command.upgrade(alembic_config(own.database_owner_url), "head")
    maker = make_engine(own.database_owner_url)
    Base.metadata.create_all(maker)
    maker.dispose()
    grant(own)
    return own


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """Connections as the app's role."""
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: sa.Engine, postgres: EmbeddedPostgres) -> Iterator[sa.Engine]:
    """The database, emptied after the test, the journal too."""
    yield engine
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with _as_owner(postgres, NAME) as owner:
        owner.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())


def _as_owner(postgres: EmbeddedPostgres, name: str) -> psycopg.Connection:
    return psycopg.connect(f"host={postgres.folder}/postgres/run user={OWNER} dbname={name}")


def _renamed(url: str) -> str:
    return url.replace("/antin?", f"/{NAME}?")
