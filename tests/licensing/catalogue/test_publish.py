"""What is published stays word for word, counts from its day on, and is never overtaken from behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from config.access import SYSTEM
from config.clock import FrozenClock
from config.database import make_engine
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from licensing.catalogue import queries
from licensing.catalogue.errors import (
    PackageBroken,
    ProcedureClosed,
    ProcedureNotFound,
    ReasonNeeded,
    RevisionDamaged,
    RevisionOutOfOrder,
)
from licensing.catalogue.models import ProcedureRevision
from licensing.catalogue.publish import publish_package, publish_revision
from licensing.catalogue.queries import package_of, revision_in_force, revision_on, revisions_of
from licensing.catalogue.retire import retire_procedure
from tests.licensing.catalogue.shipped import CODE, changed, shipped

FIRST_DAY, LATER = date(2026, 1, 1), date(2026, 7, 1)


def test_a_package_is_in_force_from_its_day_on(work: Work) -> None:
    revision = publish_package(work, CODE, FIRST_DAY)
    assert (revision.number, revision.sha256, revision.body) == (1, shipped().sha256, shipped().body)
    assert revision_in_force(work, CODE, FIRST_DAY).id == revision.id
    with pytest.raises(ProcedureNotFound):
        revision_in_force(work, CODE, date(2025, 12, 31))


def test_an_application_keeps_the_revision_it_was_filed_under(work: Work) -> None:
    first = publish_package(work, CODE, FIRST_DAY)
    second = publish_revision(work, changed("procedure.yaml", ("value: 25", "value: 23")), LATER)
    assert revision_in_force(work, CODE, date(2026, 6, 30)).id == first.id
    assert revision_in_force(work, CODE, LATER).id == second.id
    assert package_of(work, first.id).definition.time_limit.value == 25
    assert package_of(work, second.id).definition.time_limit.value == 23
    assert [item.number for item in revisions_of(work, CODE)] == [1, 2]


def test_publishing_the_same_again_changes_nothing(work: Work) -> None:
    assert publish_package(work, CODE, FIRST_DAY).id == publish_package(work, CODE, FIRST_DAY).id
    assert len(revisions_of(work, CODE)) == 1


@pytest.mark.parametrize("day", [FIRST_DAY, date(2025, 1, 1)])
def test_nothing_is_published_behind_or_over_a_revision(work: Work, day: date) -> None:
    publish_package(work, CODE, FIRST_DAY)
    with pytest.raises(RevisionOutOfOrder):
        publish_revision(work, changed("procedure.yaml", ("value: 25", "value: 23")), day)


def test_a_package_with_a_fault_is_not_published(work: Work) -> None:
    with pytest.raises(PackageBroken) as caught:
        publish_revision(work, changed("procedure.yaml", ("sets: 1", "sets: 0")), FIRST_DAY)
    assert [fault["pointer"] for fault in caught.value.errors] == ["/sets"]


@pytest.mark.parametrize("code", ["9.999999", "../packages/2.001827", ".", "", "README.md"])
def test_there_is_no_other_package(work: Work, code: str) -> None:
    with pytest.raises(ProcedureNotFound):
        publish_package(work, code, FIRST_DAY)


def test_a_retired_procedure_takes_no_applications_but_can_still_be_read(work: Work) -> None:
    revision = publish_package(work, CODE, FIRST_DAY)
    retire_procedure(work, CODE, LATER, "Bãi bỏ theo quyết định mới")
    assert revision_in_force(work, CODE, date(2026, 6, 30)).id == revision.id
    with pytest.raises(ProcedureClosed):
        revision_in_force(work, CODE, LATER)
    assert revision_on(work, CODE, LATER).id == revision.id


def test_a_procedure_is_not_closed_without_a_reason(work: Work) -> None:
    publish_package(work, CODE, FIRST_DAY)
    with pytest.raises(ReasonNeeded):
        retire_procedure(work, CODE, LATER, "  ")
    with pytest.raises(ProcedureNotFound):
        retire_procedure(work, "9.999999", LATER, "x")


def test_a_package_that_ends_by_itself_closes_after_its_last_day(work: Work) -> None:
    publish_revision(work, changed("procedure.yaml", ("notes:\n", "effective_until: 2026-06-30\nnotes:\n")), FIRST_DAY)
    assert revision_in_force(work, CODE, date(2026, 6, 30))
    with pytest.raises(ProcedureClosed):
        revision_in_force(work, CODE, LATER)


def test_a_new_revision_opens_a_closed_procedure_again(work: Work) -> None:
    publish_package(work, CODE, FIRST_DAY)
    retire_procedure(work, CODE, date(2026, 3, 1), "Tạm dừng")
    publish_revision(work, changed("procedure.yaml", ("value: 25", "value: 23")), LATER)
    assert revision_in_force(work, CODE, LATER).number == 2


def test_the_app_cannot_rewrite_what_was_published(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        publish_package(work, CODE, FIRST_DAY)
    with pytest.raises(ProgrammingError, match="permission denied"), unit.begin(SYSTEM) as work:
        work.session.execute(sa.update(ProcedureRevision).values(body="{}"))


def test_a_text_that_somebody_rewrote_in_the_database_is_not_used(unit: UnitOfWork, settings: Settings) -> None:
    with unit.begin(SYSTEM) as work:
        revision = publish_package(work, CODE, FIRST_DAY)
    owner = make_engine(settings.database_owner_url)
    with owner.begin() as connection:
        other = changed("procedure.yaml", ("vnd: 2500000", "vnd: 1"))
        connection.execute(sa.update(ProcedureRevision).values(body=other.body))
    owner.dispose()
    queries._kept.clear()
    with unit.begin(SYSTEM) as work, pytest.raises(RevisionDamaged):
        package_of(work, revision.id)


def test_the_installation_decides_on_its_own_day(unit: UnitOfWork, clock: FrozenClock, tmp_path: Path) -> None:
    """At 23:30 UTC the day has begun in Hanoi: what is in force follows the installation's time zone."""
    clock.advance(hours=20)  # 12 February 23:00 UTC, 13 February 06:00 in Hanoi
    with unit.begin(SYSTEM) as work:
        revision = publish_package(work, CODE, date(2026, 2, 13))
        assert revision_in_force(work, CODE, work.clock.today()).id == revision.id
