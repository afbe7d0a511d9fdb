"""Numbers of papers: for each agency, kind and year from 1 on without a gap (Decree 30/2020/NĐ-CP, art. 15).

A number is taken in the transaction that reserves the paper, under the lock of its counter's row. What is never
given out stays in `official_papers` as void, so that every number can be accounted for.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base
from config.unit_of_work import Work

SYMBOLS = {"refusal": "TB"}  # thông báo
# Giấy tiếp nhận hồ sơ: form 01 has "Số: …/TNHS", without the agency, which stands above it.
SLIP, SLIP_SYMBOL = "slip", "TNHS"


class PaperCounter(Base):
    """The last number of a series."""

    __tablename__ = "paper_counters"
    __table_args__ = (sa.CheckConstraint("last >= 0", name="last_counts_up"),)
    agency: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def reserve_number(work: Work, agency: str, kind: str, year: int) -> int:
    """The next number of the series; whoever reserves at the same time waits here."""
    key = {"agency": agency, "kind": kind, "year": year}
    work.session.execute(insert(PaperCounter).values(**key, last=0).on_conflict_do_nothing())
    counter = work.session.get_one(PaperCounter, key, with_for_update=True, populate_existing=True)
    counter.last += 1
    return counter.last


def paper_number(kind: str, seq: int, agency_symbol: str) -> str:
    """The number as printed: `12/TB-SNNMT`."""
    return f"{seq}/{SLIP_SYMBOL}" if kind == SLIP else f"{seq}/{SYMBOLS[kind]}-{agency_symbol}"
