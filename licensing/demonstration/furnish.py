"""Fill the agency of the demonstration with work: applications of many businesses, in all states, of the last weeks.

Everything goes through the use cases, by a clock that is set to each moment of the past, in one transaction: it is
there as a whole or not at all. Signing and sealing are done now, by the running processes (`sign_and_seal.py`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from config.access import SYSTEM, Actor
from config.clock import FrozenClock
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.models import Account
from licensing.accounts.queries import actor_of, organisations_of
from licensing.accounts.register import register_applicant
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.working_days import Calendar
from licensing.demonstration import cast
from licensing.demonstration.acts import LINE, Scene, give_back, give_up
from licensing.demonstration.businesses import BUSINESSES, Business
from licensing.demonstration.passwords import Secrets
from licensing.demonstration.pictures import draw_pictures, put_pictures
from licensing.demonstration.seed import employ, vouch_for_invented
from licensing.demonstration.sheets import papers_of_all
from licensing.demonstration.stories import STORIES, Ending, Story, Until

LONGEST = max(story.ago for story in STORIES) + 5  # working days: people come some days before their first application
SOME_MINUTES = 19  # so that not everything happens on the same minute


@dataclass(frozen=True)
class Happening:
    """One act of one story at its moment."""

    at: datetime
    scene: Scene
    do: Callable[[Work, Scene], object]


def furnish(unit: UnitOfWork, settings: Settings, secrets: Secrets) -> bool:
    """Add what is missing, all of it or nothing; False when it is there already.

    Raises YearNotInCalendar where the calendar does not reach as far as the time limits.
    """
    if is_furnished(unit):
        return False
    days = working_days_before(calendar_named(settings.calendar), unit.clock.today(), LONGEST)
    papers = papers_of_all(unit, settings)
    pictures = draw_pictures(unit, cast.MORE_OFFICIALS)
    clock = FrozenClock(_moment(unit, days[-1], 8 * 60), unit.clock.zone)
    with unit.by(clock).begin(SYSTEM) as work:
        people, organisations = _people(work, secrets)
        put_pictures(work, pictures)
        happenings = sorted(_all(unit, days, people, organisations, papers), key=lambda item: item.at)
        for happening in happenings:
            clock.at = happening.at
            happening.do(work, happening.scene)
            work.session.flush()
    return True


def is_furnished(unit: UnitOfWork) -> bool:
    """Whether the businesses have come; they come together with all that they do."""
    last = list(BUSINESSES.values())[-1]
    with unit.begin(SYSTEM) as work:
        return work.session.scalar(sa.select(Account.id).where(Account.login == last.email)) is not None


def working_days_before(calendar: Calendar, today: date, count: int) -> list[date]:
    """The last `count` working days before today, the nearest first. Raises YearNotInCalendar."""
    found: list[date] = []
    day = today
    while len(found) < count:
        day -= timedelta(days=1)
        if calendar.is_worked(day):
            found.append(day)
    return found


def _people(work: Work, secrets: Secrets) -> tuple[Mapping[str, Actor], Mapping[str, UUID]]:
    """Everybody by login, and the organisations that businesses file for by the business's address."""
    for official in cast.MORE_OFFICIALS:
        employ(work, official, secrets)
    for business in BUSINESSES.values():
        _register(work, business, secrets)
    vouch_for_invented(work)
    people, organisations = {}, {}
    for account in work.session.scalars(sa.select(Account)):
        people[account.login] = actor_of(work, account)
        if found := organisations_of(work, account.id):
            organisations[account.login] = found[0].id
    return people, organisations


def _register(work: Work, business: Business, secrets: Secrets) -> None:
    register_applicant(
        work,
        name=business.owner,
        email=business.email,
        password=secrets.password,
        phone=business.phone,
        organisation=(business.name, business.tax_code),
    )


def _all(
    unit: UnitOfWork,
    days: list[date],
    people: Mapping[str, Actor],
    organisations: Mapping[str, UUID],
    papers: Mapping[str, Mapping[str, bytes]],
) -> Iterator[Happening]:
    for story in STORIES:
        scene = Scene(story, people, organisations.get(story.business.email), papers[story.establishment])
        for after, minute, do in acts_of(story):
            yield Happening(_moment(unit, days[story.ago - 1 - after], minute), scene, do)


def acts_of(story: Story) -> Iterator[tuple[int, int, Callable[[Work, Scene], object]]]:
    """Working days after its beginning, minute of the day, and what is done."""
    order = list(Until)
    after = 0
    for act in LINE[: order.index(story.until) + 1]:
        minute = act.at.hour * 60 + act.at.minute
        after = act.after + (story.slow if order.index(act.until) >= order.index(Until.INSPECTING) else 0)
        yield after, minute + zlib.crc32(f"{story.establishment} {act.until}".encode()) % SOME_MINUTES, act.do
    if story.ending == Ending.RETURNED:
        yield after, 14 * 60 + 20, give_back
    if story.ending == Ending.WITHDRAWN:
        yield after + 1, 15 * 60 + 35, give_up


def _moment(unit: UnitOfWork, day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=unit.clock.zone)
