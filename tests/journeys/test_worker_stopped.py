"""A worker that stood still for a day changes no legal date: each follows from the instant of its act."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock, SystemClock
from licensing.deadlines.models import ApplicationTimeLimit
from licensing.decisions.models import Decision
from licensing.demonstration.passwords import Secrets
from licensing.demonstration.walk import Walk
from licensing.licences.prepare import prepare_expired
from signing.pades.blanks import blanks_of
from signing.pades.printed import printed
from signing.requests.queries import get_request
from tests.documents import PIN
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import PASSWORD, Office, number_before_signature
from tests.journeys.story import Story

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def due_on(office: Office, story: Story) -> date:
    with office.unit.begin(SYSTEM) as work:
        return work.session.get_one(ApplicationTimeLimit, UUID(story.id)).due_on


def decided_at(office: Office, story: Story) -> datetime:
    with office.unit.begin(SYSTEM) as work:
        made = sa.select(Decision.decided_at).where(Decision.application_id == UUID(story.id))
        return work.session.scalars(made).one()


def later(office: Office, story: Story) -> Story:
    """The same application the next day: everybody signs in again."""
    secrets = Secrets(PASSWORD, PIN)
    tomorrow = Story(office.address, Walk(office.address, secrets, lambda line: None), secrets, office.work_off)
    tomorrow.id = story.id
    return tomorrow


def test_due_date_and_decision_stand_and_the_number_is_of_the_local_year(open_office: OpenOffice) -> None:
    clock = FrozenClock(datetime(2026, 12, 31, 2, 0, tzinfo=UTC), HANOI)
    office = open_office(clock)
    number_before_signature(office.unit)
    story = office.story().proposed()
    promised = due_on(office, story)
    clock.advance(hours=14, minutes=50)  # 23:50 in Hanoi
    later(office, story).by("lanhdao").post(f"{story.path}/decision", {"outcome": "granted"})
    decided = decided_at(office, story)
    story = later(office, story)
    office.work_off()
    prepared = story.licence() or {}
    assert (prepared["issued_on"], prepared["number"].split("/")[1]) == ("2026-12-31", "2026")
    clock.advance(minutes=20)  # a new year in Hanoi, not yet in UTC
    assert clock.now().year == 2026
    prepare_expired(office.unit)
    office.work_off()
    anew = story.licence() or {}
    assert (anew["issued_on"], anew["number"].split("/")[:2]) == ("2027-01-01", ["1", "2027"])
    clock.advance(days=1)
    office.work_off()
    assert (due_on(office, story), decided_at(office, story)) == (promised, decided)


def test_a_licence_signed_on_its_day_keeps_date_and_number_when_the_worker_comes_a_day_late(
    open_office: OpenOffice,
) -> None:
    clock = FrozenClock(SystemClock(HANOI).now(), HANOI)
    office = open_office(clock)
    number_before_signature(office.unit)
    story = office.story().decided()
    promised = due_on(office, story)
    document = story.to_sign()
    signed = story.licence()
    assert signed is not None
    assert signed["issued_on"] == clock.today().isoformat()
    story.sign(document)
    clock.advance(days=1)  # nobody works off what follows
    prepare_expired(office.unit)  # what the clock starts may come first when the worker is back
    story = later(office, story)
    kept = story.licence() or {}
    assert (kept["issued_on"], kept["number"]) == (signed["issued_on"], signed["number"])
    with office.unit.begin(SYSTEM) as work:
        request = get_request(work, UUID(document["id"]))
    assert request.void_reason is None  # its signature is stored: nothing is dated anew
    assert request.signatures[0].value is not None
    assert due_on(office, story) == promised


def test_what_the_clerk_numbered_keeps_its_day_when_the_worker_comes_a_day_late(open_office: OpenOffice) -> None:
    clock = FrozenClock(SystemClock(HANOI).now(), HANOI)
    office = open_office(clock)
    story = office.story().decided()
    document = story.to_sign()
    story.sign(document)
    to_seal = story.to_seal()
    assert (story.licence() or {})["number"] is None
    story.seal(to_seal)
    numbered = story.licence() or {}
    day = clock.today()
    assert numbered["issued_on"] == day.isoformat()
    clock.advance(days=1)  # nobody works off what follows
    prepare_expired(office.unit)
    story = later(office, story)
    story.seal(to_seal)  # once more, on another day
    assert story.licence() == numbered
    clock.advance(days=-1)  # the timestamp server goes by the real clock
    story = later(office, story)
    entry, content = story.published()
    assert (entry["licence"]["number"], entry["licence"]["issued_on"]) == (numbered["number"], day.isoformat())
    assert blanks_of(content) == printed(numbered["number"], day, date.fromisoformat(numbered["valid_until"]))
    clock.advance(minutes=10)  # the evidence is a little younger than the clock that stood still
    assert story.verdict_on(content)["verdict"] == "green"


def test_a_document_without_a_day_is_prepared_anew_after_three_months(open_office: OpenOffice) -> None:
    clock = FrozenClock(SystemClock(HANOI).now(), HANOI)
    office = open_office(clock)
    story = office.story().decided()
    document = story.to_sign()
    clock.advance(days=91)
    prepare_expired(office.unit)
    story = later(office, story)
    anew = story.to_sign()
    assert anew["id"] != document["id"]
    assert anew["document_sha256"] == document["document_sha256"]  # nothing in it depends on the day
