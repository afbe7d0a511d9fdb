"""The page of preservation counts what is on record; only who runs the installation sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

import registry.wiring
from app import create_app
from config.access import SYSTEM, Actor
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.accounts import roles
from registry.entries.models import Entry, Paper
from registry.preservation.health import Year, health, next_round
from registry.preservation.models import PublishedFile
from registry.preservation.pages import SEE_PRESERVATION, WIDTH, bars
from registry.preservation.round import renew_round
from signing.pki.ceremony import BuiltInAuthority
from tests.registry.conftest import Entered
from tests.registry.preservation.build import Answer, on_day, published_shortly
from tests.registry.preservation.conftest import Only

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def app_for(unit: UnitOfWork, settings: Settings, *permissions: str) -> Flask:
    app = create_app(settings)
    app.extensions["unit_of_work"] = unit
    app.extensions["actor_loader"] = lambda: Actor(id="somebody", permissions={"": frozenset(permissions)})
    return app


@pytest.fixture
def pair(live_unit: UnitOfWork, entered: Entered, short: Answer) -> Iterator[tuple[UUID, UUID]]:
    """Two papers whose evidence ages out in a hundred days."""
    first, _ = published_shortly(live_unit, entered, short)
    second, _ = published_shortly(live_unit, entered, short)
    yield first, second
    with live_unit.begin(SYSTEM) as work:  # other tests count as well
        query = sa.update(PublishedFile).where(PublishedFile.paper_id.in_((first, second)))
        far = datetime(2032, 1, 1, tzinfo=UTC)
        work.session.execute(query.values(evidence_until=far, certificate_until=far))


def test_years_due_and_overdue_are_counted(
    live_unit: UnitOfWork, settings: Settings, keys: BuiltInAuthority, pair: tuple[UUID, UUID]
) -> None:
    now = live_unit.clock.now()
    with live_unit.begin(SYSTEM) as work:
        found = health(work)
        ends = work.session.scalars(
            sa.select(PublishedFile.evidence_until).where(PublishedFile.paper_id == pair[0])
        ).one()
    year = ends.astimezone(live_unit.clock.zone).year
    before = next(one for one in found.years if one.year == year)
    assert before.due >= 2
    assert dict(found.levels)["B-LTA"] >= 2
    assert found.total == sum(count for _, count in found.levels)
    with on_day(live_unit, settings, keys, now + timedelta(days=101)) as later, later.begin(SYSTEM) as work:
        after = next(one for one in health(work).years if one.year == year)
    assert after.overdue >= before.overdue + 2
    assert after.count == before.count


def test_the_numbers_need_no_file(
    live_unit: UnitOfWork, settings: Settings, pair: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Storage, "get", lambda *_: pytest.fail("a file was opened"))
    with app_for(live_unit, settings, SEE_PRESERVATION).test_client() as client:
        answer = client.get("/desk/preservation", headers=HTML)
    assert answer.status_code == 200
    assert b"<svg" in answer.data


def test_a_failure_stands_there_with_its_reason_in_both_languages(
    live_unit: UnitOfWork, settings: Settings, pair: tuple[UUID, UUID], only: Only, short: Answer
) -> None:
    with live_unit.begin(SYSTEM) as work:
        query = sa.select(Paper.published_sha256, Entry.register_code).join(Entry, Entry.id == Paper.entry_id)
        digest, code = work.session.execute(query.where(Paper.id == pair[0])).one()
    live_unit.tools[Storage]._path(digest or "").unlink()
    only(*pair)
    assert renew_round(live_unit).failed == 1
    client = app_for(live_unit, settings, SEE_PRESERVATION).test_client()
    vietnamese = client.get("/desk/preservation", headers=HTML).get_data(as_text=True)
    english = client.get("/en/desk/preservation", headers=HTML).get_data(as_text=True)
    assert f"/l/{code}" in vietnamese
    assert "Không tìm thấy tệp lưu trữ." in vietnamese
    assert "The stored file is missing." in english


def test_only_who_may_sees_it(live_unit: UnitOfWork, settings: Settings) -> None:
    client = app_for(live_unit, settings, "examine").test_client()
    assert client.get("/desk/preservation", headers=HTML).status_code == 403
    assert roles.SEE_PRESERVATION == SEE_PRESERVATION
    holders = [role for role, permissions in roles.PERMISSIONS.items() if SEE_PRESERVATION in permissions]
    assert holders == [roles.Role.ADMINISTRATOR]


def test_the_chart_has_a_bar_for_each_year_that_fits() -> None:
    drawn = bars([Year(2026, 3, 3, 0), Year(2027, 900, 0, 2), Year(2032, 100_000, 0, 0)])
    assert [bar.colour for bar in drawn] == ["red", "amber", "green"]
    assert all(2 <= bar.length < WIDTH for bar in drawn)
    assert len({bar.y for bar in drawn}) == 3
    assert bars([]) == []


def test_the_next_round_is_told_as_the_schedule_has_it() -> None:
    (item,) = [one for one in registry.wiring.SCHEDULE if one.name == "renew evidence"]
    assert item.cron == "23 * * * *"
    for minute, hour in ((22, 10), (23, 11), (59, 11)):
        assert next_round(datetime(2026, 3, 2, 10, minute, 30, tzinfo=UTC)) == datetime(
            2026, 3, 2, hour, 23, tzinfo=UTC
        )
