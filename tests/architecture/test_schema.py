"""The chain of migrations is one, numbered, and makes the schema that the models describe."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import licensing.tables
import registry.tables
import signing.tables
from config.database import Base, make_engine
from config.migrate import alembic_config, head
from config.postgres import OWNER, EmbeddedPostgres
from tests.architecture.sources import ROOT

assert licensing.tables and registry.tables and signing.tables

VERSIONS = ROOT / "migrations" / "versions"
MANNERS = ("expand", "backfill", "contract")  # how a migration can be deployed: docs/adr and CONTRIBUTING.md
REVISION_LIMIT = 32  # alembic_version.version_num


@dataclass(frozen=True)
class Migration:
    """One file of the chain: its stem, its revision and the one before it, what it says, the queue SQL it names."""

    stem: str
    revision: str
    down_revision: str | None
    docstring: str
    queue_sql: tuple[str, ...] = ()


def read_migration(path: Path) -> Migration:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                values[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return Migration(
        path.stem,
        values["revision"],
        values["down_revision"],
        ast.get_docstring(tree) or "",
        tuple(values.get("PROCRASTINATE_SQL", ())),
    )


def faults_in_chain(chain: Sequence[Migration]) -> list[str]:
    """What is wrong with the numbering, the links or the words of a chain that is sorted by file name."""
    faults = []
    before: str | None = None
    for number, item in enumerate(chain, 1):
        if not re.fullmatch(rf"{number:04}_[a-z0-9_]+", item.stem) or item.revision != item.stem:
            faults.append(f"{item.stem}: expected number {number:04} and the same name as its revision {item.revision}")
        if item.down_revision != before:
            faults.append(f"{item.stem}: follows {item.down_revision}, not {before}")
        if len(item.revision) > REVISION_LIMIT:
            faults.append(f"{item.stem}: longer than {REVISION_LIMIT} characters")
        if not any(manner in item.docstring.lower() for manner in MANNERS):
            faults.append(f"{item.stem}: does not say how it is deployed ({', '.join(MANNERS)})")
        before = item.revision
    return faults


def our_chain() -> list[Migration]:
    return [read_migration(path) for path in sorted(VERSIONS.glob("*.py"))]


@pytest.fixture(scope="module")
def migrated(postgres: EmbeddedPostgres) -> Iterator[sa.Engine]:
    """An empty database that only the migrations have touched."""
    postgres.create_database("chain")
    url = f"postgresql://{OWNER}@/chain?host={postgres.socket_folder}"
    command.upgrade(alembic_config(url), "head")
    engine = make_engine(url)
    yield engine
    engine.dispose()


def differences(engine: sa.Engine, metadata: sa.MetaData) -> list[Any]:
    """What `alembic check` would report; the queue's tables come from its own SQL."""

    def ours(name: str | None, kind: str, parents: object) -> bool:
        return not (kind == "table" and str(name).startswith("procrastinate_"))

    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_migrations_make_exactly_the_tables_of_the_models(migrated: sa.Engine) -> None:
    assert len(Base.metadata.tables) >= 10
    assert differences(migrated, Base.metadata) == []


def test_a_table_or_column_without_migration_is_reported(migrated: sa.Engine) -> None:
    metadata = sa.MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    metadata.tables["events"].append_column(sa.Column("colour", sa.String))
    sa.Table("forgotten", metadata, sa.Column("id", sa.Integer, primary_key=True))
    found = {item[0] for item in differences(migrated, metadata) if isinstance(item, tuple)}
    assert {"add_table", "add_column"} <= found


def named_constraints(engine: sa.Engine) -> set[str]:
    """Names of all keys and checks in the database, the queue's apart."""
    query = """SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
               AND conrelid::regclass::text NOT LIKE 'procrastinate%' AND conrelid <> 'alembic_version'::regclass"""
    with engine.connect() as connection:
        return {row[0] for row in connection.execute(sa.text(query))}


def test_the_database_has_the_constraints_of_the_models_by_the_names_of_the_convention(migrated: sa.Engine) -> None:
    declared = {str(item.name) for table in Base.metadata.sorted_tables for item in table.constraints if item.name}
    assert named_constraints(migrated) ^ declared == set()
    assert [name for name in declared if not re.match(r"(pk|fk|uq|ck|ex)_[a-z]", name)] == []
    assert len(declared) >= 10


def test_the_chain_is_numbered_without_gaps_and_has_one_head() -> None:
    chain = our_chain()
    assert faults_in_chain(chain) == []
    assert chain[-1].revision == head()


def test_the_newest_number_is_written_down_so_that_two_branches_conflict() -> None:
    assert (ROOT / "migrations" / ".current-head").read_text(encoding="ascii").strip() == our_chain()[-1].revision


def test_the_queue_has_exactly_the_sql_of_the_installed_library() -> None:
    folder = resources.files("procrastinate") / "sql" / "migrations"
    installed = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    assert [name for migration in our_chain() for name in migration.queue_sql] == installed
    assert len(installed) > 30


GOOD = Migration("0001_a", "0001_a", None, "Expand-only.")


@pytest.mark.parametrize(
    "chain",
    [
        [Migration("0002_a", "0002_a", None, "Expand-only.")],
        [GOOD, Migration("0003_b", "0003_b", "0001_a", "Expand-only.")],
        [GOOD, Migration("0002_b", "0002_b", None, "Expand-only.")],
        [GOOD, Migration("0002_b", "0002_c", "0001_a", "Expand-only.")],
        [GOOD, Migration("0002_b", "0002_b", "0001_a", "Adds a table.")],
        [Migration("0001_" + "a" * 30, "0001_" + "a" * 30, None, "Expand-only.")],
    ],
)
def test_a_broken_chain_is_reported(chain: list[Migration]) -> None:
    assert faults_in_chain(chain) != []
    assert faults_in_chain([GOOD]) == []
