"""Runs the chain of migrations; a lock that cannot be had in 4 s gives up rather than stop the service."""

from alembic import context

import licensing.tables  # noqa: F401 - each imports all tables of its package
import registry.tables  # noqa: F401
import signing.tables  # noqa: F401
from config.database import Base, make_engine

ADVISORY_LOCK = 5_281_019  # any constant: two `antin migrate` at once wait for each other


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Procrastinate's tables come from its own SQL and are not in our metadata."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    engine = make_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        with connection.begin():
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
            connection.exec_driver_sql("SET lock_timeout = '4s'")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=is_ours,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
