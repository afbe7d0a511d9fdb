"""Bring the schema to the head of the one chain of migrations, then grant each role its rights. Runs as the owner."""

from __future__ import annotations

from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from config.database import Base
from config.errors import Stopped
from config.roles import grant_statements
from config.settings import Settings

FOLDER = Path(__file__).parent.parent / "migrations"


class SchemaBehind(Stopped):
    """The database is not at the version this code needs."""


class SchemaAhead(Stopped):
    """The database is at a version that this code does not know: the code is older."""


def alembic_config(url: str) -> Config:
    """Alembic on our chain; the address is passed by attribute, never through a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config


def migrate(settings: Settings) -> str:
    """Upgrade and grant; returns the version reached. May be repeated; two at once wait for each other."""
    if not settings.database_owner_url:
        raise SchemaBehind("DATABASE_OWNER_URL: is missing; migrations run as the owner of the tables.")
    _check_known(_version_of(sa.create_engine(settings.database_owner_url, poolclass=sa.NullPool)))
    command.upgrade(alembic_config(settings.database_owner_url), "head")
    grant(settings)
    return head()


def grant(settings: Settings) -> None:
    """Give the app's and the signer's role their rights, by the tables' own `info`."""
    app, signer = _role(settings.database_url), _role(settings.database_signer_url)
    owner = sa.make_url(settings.database_owner_url).set(drivername="postgresql")
    with psycopg.connect(owner.render_as_string(hide_password=False)) as connection:
        for statement in grant_statements(Base.metadata, app, signer):
            connection.execute(statement.encode())


def head() -> str:
    """The newest version in the code."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def check_schema(engine: sa.Engine) -> None:
    """Raise `SchemaBehind` or `SchemaAhead` unless the database is at the code's version."""
    current = _version_of(engine)
    if current == head():
        return
    _check_known(current)
    raise SchemaBehind(f"The database is at {current or 'nothing'}, this version needs {head()}: run `antin migrate`.")


def _check_known(current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaAhead(
            f"The database is at {current}, which this version of Antin does not know: "
            "it was used by a newer one. Install that version, or bring back a backup from before it."
        )


def _version_of(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _role(url: str) -> str:
    return sa.make_url(url).username or ""
