"""What became of the papers that lost keys touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from config.compromise import Fate
from config.unit_of_work import Work
from registry.compromise.models import LostKey, TouchedPaper
from registry.entries.models import Entry, NumberReservation, Paper, Reserved


@dataclass(frozen=True)
class Affected:
    """A licence that a lost key touched; `replaced` once another paper has taken the old one's place."""

    register_code: str
    number: str
    title: dict[str, Any]
    agency: dict[str, Any]
    issued_on: date
    by_hand: bool
    replaced: bool


@dataclass(frozen=True)
class ShownLoss:
    """A loss and its licences: those that people must see to, by their numbers, and how many the service sees to."""

    key: LostKey
    by_hand: Sequence[Affected]
    sealed_anew: int
    sealing: int


def losses(work: Work) -> list[ShownLoss]:
    """All losses, the newest first."""
    keys = work.session.scalars(sa.select(LostKey).order_by(LostKey.retired_at.desc())).all()
    return [_shown(work, key) for key in keys]


def _shown(work: Work, key: LostKey) -> ShownLoss:
    newer, number = aliased(Paper), NumberReservation
    replaced = sa.exists().where(newer.entry_id == Paper.entry_id, newer.version > Paper.version)
    query = (
        sa.select(
            Entry.register_code,
            Entry.number,
            Entry.title,
            Entry.agency_name,
            Entry.issued_on,
            TouchedPaper.fate == Fate.NEW_PAPER.value,
            replaced,
        )
        .join(Paper, Paper.entry_id == Entry.id)
        .join(TouchedPaper, TouchedPaper.paper_id == Paper.id)
        .outerjoin(number, sa.and_(number.owner_key == Entry.owner_key, number.state == Reserved.USED))
        .where(TouchedPaper.mark == key.mark)
        .order_by(Entry.agency, number.register, number.year, number.seq, Entry.issued_on, Entry.number)
    )
    found = [Affected(*row) for row in work.session.execute(query)]
    anew = [one for one in found if not one.by_hand]
    done = sum(one.replaced for one in anew)
    return ShownLoss(key, [one for one in found if one.by_hand], done, len(anew) - done)
