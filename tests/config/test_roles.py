"""The app's role owns nothing, and cannot rewrite what is only ever added to; the signer's can do less still."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors, sql

from config.database import Base
from config.postgres import APP, OWNER, SIGNER
from config.roles import grant_statements
from config.settings import Settings

APPEND_ONLY = sorted(table.name for table in Base.metadata.sorted_tables if table.info.get("append_only"))


def test_there_are_append_only_tables() -> None:
    assert {"events", "reactions_done"} <= set(APPEND_ONLY)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("role", [APP, SIGNER])
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {} = NULL", "ALTER TABLE {} ADD x int", "DROP TABLE {}"],
)
def test_history_cannot_be_rewritten(settings: Settings, table: str, role: str, statement: str) -> None:
    column = next(iter(Base.metadata.tables[table].columns)).name
    command = sql.SQL(statement).format(sql.Identifier(table), sql.Identifier(column))
    with (
        psycopg.connect(f"host={settings.data_folder}/postgres/run user={role} dbname=antin") as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(command)


def test_the_lesser_roles_own_nothing(settings: Settings) -> None:
    with psycopg.connect(f"host={settings.data_folder}/postgres/run user={OWNER} dbname=antin") as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert owners == [(OWNER,)]


def test_the_app_cannot_make_tables(settings: Settings) -> None:
    with (
        psycopg.connect(f"host={settings.data_folder}/postgres/run user={APP} dbname=antin") as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id int)")


def test_a_role_is_never_pasted_as_code() -> None:
    with pytest.raises(ValueError, match="Not a name"):
        grant_statements(Base.metadata, 'app"; DROP TABLE events; --', "signer")
