"""Reference numbers by the agency's pattern, without gaps for each agency and day (Circular 01/2018/TT-VPCP, art. 19).

A number is taken in the transaction that accepts, under the lock of its counter's row: when that transaction is
rolled back, the number is given to the next. The day is the one of the installation's time zone.
"""

from __future__ import annotations

import string
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base
from config.unit_of_work import Work

DEFAULT_PATTERN = "{agency}-{date:%y%m%d}-{seq:04d}"
PARTS = {"agency", "date", "seq"}


class ReferenceCounter(Base):
    """The last number that an agency gave on a day."""

    __tablename__ = "reference_counters"
    agency: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
    __table_args__ = (sa.CheckConstraint("last >= 0", name="last_counts_up"),)


def next_reference(work: Work, agency: str, pattern: str = DEFAULT_PATTERN) -> str:
    """The next reference of this agency today; two officers accepting at once wait for each other here."""
    day = work.clock.today()
    key = {"agency": agency, "day": day}
    work.session.execute(insert(ReferenceCounter).values(**key, last=0).on_conflict_do_nothing())
    counter = work.session.get_one(ReferenceCounter, key, with_for_update=True, populate_existing=True)
    counter.last += 1
    return render_reference(pattern, agency, day, counter.last)


def render_reference(pattern: str, agency: str, day: date, seq: int) -> str:
    """The pattern filled in. Only `{agency}`, `{date:…}` and `{seq:…}` may stand in it; ValueError otherwise."""
    names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
    if not names <= PARTS or "seq" not in names:
        raise ValueError(f"A pattern holds {', '.join(sorted(PARTS))} and nothing else: {pattern}")
    return pattern.format(agency=agency, date=day, seq=seq)
