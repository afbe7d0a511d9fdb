"""Document numbers without gaps: every number of a series is in use, reserved, or recorded void with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config.unit_of_work import Work
from registry.entries.errors import ReservationSpent
from registry.entries.models import NumberCounter, NumberReservation, Reserved


@dataclass(frozen=True)
class NumberSeries:
    """Numbers run from 1 for each agency, register and year (Decree 30/2020, art. 15)."""

    agency: str
    register: str
    year: int


def reserve_number(work: Work, series: NumberSeries, owner_key: str) -> int:
    """The number for `owner_key` in this series: found again, or the next one under the lock of the series.

    A number that the same owner reserved in another year is recorded void: the year on the paper has changed.
    One that stands on a document by now stays, and is the one that is found.
    """
    counter = _lock(work, series)
    held = _held(work, owner_key, series)
    if held is not None and (held.year == series.year or held.state == Reserved.USED):
        return held.seq
    if held is not None:
        _void(held, "The year ended before the document was signed.")
        work.session.flush()
    counter.last += 1
    work.session.add(
        NumberReservation(
            agency=series.agency,
            register=series.register,
            year=series.year,
            seq=counter.last,
            owner_key=owner_key,
            reserved_at=work.clock.now(),
        )
    )
    work.session.flush()
    return counter.last


def use_number(work: Work, owner_key: str) -> None:
    """The owner's reserved number is on an entered document."""
    for held in _living(work, owner_key):
        held.state = Reserved.USED


def void_number(work: Work, owner_key: str, reason: str) -> None:
    """The owner's reserved number will stand on no document; raises ReservationSpent when it already does."""
    for held in _living(work, owner_key):
        if held.state == Reserved.USED:
            raise ReservationSpent("This number stands on a document.")
        _void(held, reason)


def series_of(work: Work, series: NumberSeries) -> Sequence[NumberReservation]:
    """The register of numbers: every one of the series, with what became of it."""
    query = sa.select(NumberReservation).where(
        NumberReservation.agency == series.agency,
        NumberReservation.register == series.register,
        NumberReservation.year == series.year,
    )
    return work.session.scalars(query.order_by(NumberReservation.seq)).all()


def _void(held: NumberReservation, reason: str) -> None:
    held.state, held.void_reason = Reserved.VOID, reason


def _lock(work: Work, series: NumberSeries) -> NumberCounter:
    key = {"agency": series.agency, "register": series.register, "year": series.year}
    work.session.execute(insert(NumberCounter).values(**key, last=0).on_conflict_do_nothing())
    return work.session.get_one(NumberCounter, key, with_for_update=True, populate_existing=True)


def _held(work: Work, owner_key: str, series: NumberSeries) -> NumberReservation | None:
    return next(
        (item for item in _living(work, owner_key) if (item.agency, item.register) == (series.agency, series.register)),
        None,
    )


def _living(work: Work, owner_key: str) -> Sequence[NumberReservation]:
    query = (
        sa.select(NumberReservation)
        .where(NumberReservation.owner_key == owner_key, NumberReservation.state != Reserved.VOID)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return work.session.scalars(query).all()
