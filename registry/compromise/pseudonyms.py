"""The lost secret of a year's pseudonyms: whoever has it can say which official stands behind an act of that year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from config import tokens
from config.access import SYSTEM
from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.retired import RetiredKeys
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.models import EntryEvent, PseudonymSecret


def secrets_by_year(unit: UnitOfWork) -> dict[str, str]:
    """The secrets of the years of this installation."""
    with unit.begin(SYSTEM) as work:
        rows = work.session.scalars(sa.select(PseudonymSecret)).all()
    return {str(row.year): hashlib.sha256(row.secret).hexdigest() for row in rows}


def retired_secrets(unit: UnitOfWork) -> RetiredKeys:
    """The register of secrets, beside the data."""
    return RetiredKeys(unit.tools[Settings].data_folder)


def touched_by_pseudonyms(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """The acts of the year. What the log says stands; it cannot be taken back, nor hidden again."""
    year = sa.extract("year", sa.func.timezone("UTC", EntryEvent.recorded_at))
    with unit.begin(SYSTEM) as work:
        count = work.session.scalar(sa.select(sa.func.count()).where(year == int(loss.key))) or 0
    yield Touched(Fate.STANDS, "acts", str(count), "whoever has the secret and the list of officials knows who acted")


def retire_secret(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Put the loss on record."""
    done = retired_secrets(unit).add(loss.retired(unit.clock.now()))
    yield f"the secret of {loss.key} is retired since {done.at.isoformat(timespec='seconds')}"


def replace_secret(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Acts from here on have pseudonyms of another secret."""
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(PseudonymSecret, int(loss.key), with_for_update=True)
        if hashlib.sha256(row.secret).hexdigest() == loss.mark:
            row.secret = tokens.random_bytes(32)
    yield f"acts of {loss.key} have pseudonyms of a new secret from here on"


PSEUDONYM = KeyClass(
    "pseudonym",
    "the secret of a year's pseudonyms in the log",
    Drill(secrets_by_year, retired_secrets, touched_by_pseudonyms, (retire_secret, replace_secret)),
)
