"""The base of all tables: named constraints, instants in UTC, random ids, and who may do what with a table.

`info` of a table says what the two lesser database roles may do (`config/roles.py` grants it):
`append_only` - the app's role may only SELECT and INSERT; `signer` - "read" or "append" for the signer's role.
"""

from __future__ import annotations

import json
import select
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant, kept and given back in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None


Id = Annotated[UUID, orm.mapped_column(sa.Uuid, primary_key=True)]
Instant = Annotated[datetime, orm.mapped_column(UtcInstant)]
Json = Annotated[dict[str, Any], orm.mapped_column(postgresql.JSONB)]
JsonList = Annotated[list[Any], orm.mapped_column(postgresql.JSONB)]


class Base(orm.DeclarativeBase):
    """The parent of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcInstant, UUID: sa.Uuid, bytes: sa.LargeBinary}  # noqa: RUF012


def make_engine(url: str, *, pool_size: int = 5) -> sa.Engine:
    """An engine on PostgreSQL by psycopg 3. Opens nothing until it is used, so it may be made before a fork."""
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        address,
        pool_size=pool_size,
        max_overflow=pool_size,
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
        connect_args={"options": "-c timezone=UTC -c jit=off", "application_name": "antin"},
    )
    sa.event.listen(engine, "checkout", _refuse_ended)
    return engine


def _refuse_ended(connection: psycopg.Connection, *about: object) -> None:
    """A connection that the server has ended is not used again; another one is opened in its place.

    An idle one has nothing to say, so whatever can be read there is the server's farewell. Asking the server instead
    would cost a round trip before each transaction, and tell no more.
    """
    with suppress(psycopg.OperationalError):  # it is closed on this side
        idle = select.poll()
        idle.register(connection.fileno(), select.POLLIN)
        if not idle.poll(0):
            return
    raise sa.exc.DisconnectionError("The server has ended this connection.")
