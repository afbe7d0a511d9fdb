"""A connection that the server has ended is not used again."""

from __future__ import annotations

import psycopg
import sqlalchemy as sa

from config.database import make_engine
from config.postgres import OWNER
from config.settings import Settings
from tests.processes import wait_for

BACKEND = sa.text("SELECT pg_backend_pid()")


def test_an_ended_connection_is_replaced_before_anybody_meets_it(settings: Settings) -> None:
    engine = make_engine(settings.database_url, pool_size=1)
    owner = psycopg.connect(f"host={settings.data_folder}/postgres/run user={OWNER} dbname=antin", autocommit=True)
    with owner:

        def runs(backend: int) -> bool:
            return owner.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (backend,)).fetchone() is not None

        with engine.connect() as connection:
            first = connection.scalar(BACKEND)
        with engine.connect() as connection:
            assert connection.scalar(BACKEND) == first
        owner.execute("SELECT pg_terminate_backend(%s)", (first,))
        wait_for(lambda: not runs(first))
        with engine.connect() as connection:
            assert connection.scalar(BACKEND) != first
    engine.dispose()


def test_a_connection_that_was_closed_here_is_replaced(settings: Settings) -> None:
    engine = make_engine(settings.database_url, pool_size=1)
    with engine.connect() as connection:
        first, driver = connection.scalar(BACKEND), connection.connection.dbapi_connection
    assert driver is not None
    driver.close()
    with engine.connect() as connection:
        assert connection.scalar(BACKEND) != first
    engine.dispose()
