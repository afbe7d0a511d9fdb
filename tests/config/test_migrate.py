"""A database that does not fit the code stops it with one line that says what to do."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from config.migrate import SchemaAhead, SchemaBehind, check_schema, migrate
from config.postgres import EmbeddedPostgres
from config.settings import Settings


@pytest.fixture
def at(postgres: EmbeddedPostgres) -> Iterator[Settings]:
    """Settings of a database that says it is at a version nobody here knows."""
    settings = Settings.from_environment({"DATA_FOLDER": str(postgres.folder), "SECRET_KEY": "k" * 40})
    with psycopg.connect(settings.database_owner_url, autocommit=True) as owner:
        owner.execute("CREATE DATABASE antin_ahead")
    own = replace(settings, database_owner_url=settings.database_owner_url.replace("/antin?", "/antin_ahead?"))
    with psycopg.connect(own.database_owner_url.replace("+psycopg", "")) as other:
        other.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        other.execute("INSERT INTO alembic_version VALUES ('9999_from_the_future')")
    yield own
    with psycopg.connect(settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("DROP DATABASE antin_ahead WITH (FORCE)")


def test_code_that_is_older_than_its_database_is_stopped(at: Settings) -> None:
    with pytest.raises(SchemaAhead, match="9999_from_the_future"):
        migrate(at)
    with pytest.raises(SchemaAhead, match="a newer one"):
        check_schema(sa.create_engine(at.database_owner_url, poolclass=sa.NullPool))


def test_a_database_with_nothing_in_it_is_told_to_migrate(at: Settings) -> None:
    engine = sa.create_engine(at.database_owner_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))
    with pytest.raises(SchemaBehind, match="antin migrate"):
        check_schema(engine)
