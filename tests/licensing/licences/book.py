"""An agency's year with some numbers, as the rooms that give them reserve them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork, Work
from licensing.licences.models import Licence
from licensing.licences.prepare import reserve_licence
from licensing.licences.registers.queries import Register, Wanted, register_of
from licensing.papers.models import OfficialPaper
from tests.licensing.factories import AGENCY, Cast, a_cast, a_grant, a_refusal, acting

KITES = "kite"


YEARS = itertools.count(2100, 10)  # the register's own tables outlive a test: each has a year of its own
DECIDED = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)  # in a year whose working days are known


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def year(cast: Cast, clock: FrozenClock) -> int:
    """The twelfth of February of a year in which nobody gave a number yet."""
    year = next(YEARS)
    clock.at = DECIDED.replace(year=year)
    return year


@contextmanager
def when_decided(clock: FrozenClock) -> Iterator[None]:
    """What comes before the number happens in 2026."""
    at, clock.at = clock.at, DECIDED
    yield
    clock.at = at


def a_licence(work: Work, cast: Cast) -> Licence:
    """A licence with its number, not given out."""
    assert isinstance(work.clock, FrozenClock)
    with when_decided(work.clock):
        decision = a_grant(work, cast)
    assert reserve_licence(work, decision.id) is not None
    return work.session.scalars(sa.select(Licence).where(Licence.decision_id == decision.id)).one()


def a_paper(work: Work, cast: Cast, seq: int, void: str | None = None) -> OfficialPaper:
    """A refusal with its number, as the papers room reserves it."""
    assert isinstance(work.clock, FrozenClock)
    with when_decided(work.clock):
        decision = a_refusal(work, cast)
    paper = OfficialPaper(
        id=decision.id,
        kind="refusal",
        subject=str(decision.id),
        application_id=decision.application_id,
        agency=AGENCY.code,
        year=work.clock.today().year,
        seq=seq,
        number=f"{seq}/TB-SVD",
        issued_on=work.clock.today(),
        reserved_at=work.clock.now(),
        void_reason=void,
    )
    work.session.add(paper)
    work.session.flush()
    return paper


def the_register(work: Work, cast: Cast, year: int | None = None, **wanted: object) -> Register:
    year = work.clock.today().year if year is None else year
    return register_of(acting(work, cast.clerk), AGENCY.code, year, Wanted(**wanted))  # type: ignore[arg-type]
