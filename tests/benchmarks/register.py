"""Fill the register of a running installation with licences that have a leaf in the log and no document."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import sqlalchemy as sa

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from registry.entries.enter import NewEntry, enter
from registry.entries.models import Entry
from registry.entries.numbering import NumberSeries, reserve_number
from registry.entries.reserve import reserve_paper
from registry.log.append import integrate

A_TRANSACTION = 100


def fill_register(unit: UnitOfWork, model: NewEntry, until: int) -> list[str]:
    """Enter copies of a licence until the register has so many, bring them into the log; all register codes."""
    with unit.begin(SYSTEM) as work:
        known = len(work.session.scalars(sa.select(Entry.id)).all())
    series = NumberSeries(model.agency, "benchmark", model.issued_on.year)
    numbers = range(known, until)
    for start in range(0, len(numbers), A_TRANSACTION):
        with unit.begin(SYSTEM) as work:
            for number in numbers[start : start + A_TRANSACTION]:
                new = _another(model, number)
                reserve_paper(work, new.owner_key)
                reserve_number(work, series, new.owner_key)
                enter(work, new)
    integrate(unit)
    with unit.begin(SYSTEM) as work:
        return list(work.session.scalars(sa.select(Entry.register_code).order_by(Entry.register_code)))


def _another(model: NewEntry, number: int) -> NewEntry:
    """The same facts under other names and digests."""
    pdf, sv, auth = (hashlib.sha256(f"benchmark {kind} {number}".encode()).digest() for kind in ("pdf", "sv", "auth"))
    label = model.number.partition("/")[2]
    return replace(
        model,
        owner_key=f"benchmark-{number}",
        number=f"{100_000 + number}/{label}",
        sealed_sha256=pdf.hex(),
        pdf=pdf,
        sv=sv,
        auth=auth,
    )
