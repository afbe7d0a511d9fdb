"""An accepted application gets the next reference of its agency and day; its clock, fee and first task come with it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import Role
from licensing.applications.accept import accept_application
from licensing.applications.errors import ApplicationNotFound, MoveNotPossible, NotInCharge
from licensing.applications.lifecycle import Status
from licensing.applications.queries import application_by_id
from licensing.applications.reference import render_reference
from licensing.deadlines.queries import time_limit_of
from licensing.fees.errors import NoRowApplies
from licensing.fees.queries import charges_of
from tests.licensing.factories import (
    AGENCY,
    Cast,
    a_cast,
    a_draft,
    a_submitted,
    acting,
    an_accepted,
    an_agency,
    an_officer,
    the_task,
)


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


def test_acceptance_gives_reference_time_limit_charge_and_first_task_in_one_transaction(
    unit: UnitOfWork, cast: Cast
) -> None:
    with unit.begin(SYSTEM) as work:
        application = an_accepted(work, cast)
        assert application.reference == "000.00.09.H99-260212-0001"
        assert application.status == Status.ACCEPTED
        assert time_limit_of(work, application.id).due_on == date(2026, 3, 5)
        assert [(charge.fee, charge.vnd) for charge in charges_of(work, application.id)] == [("appraisal", 100_000)]
        assert (the_task(work, application.id).step, the_task(work, application.id).round) == ("check", 1)


def test_when_anything_of_it_fails_nothing_is_accepted_and_no_number_is_lost(
    unit: UnitOfWork, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit.begin(SYSTEM) as work:
        application_id, other_id = a_submitted(work, cast).id, a_submitted(work, cast).id

    def fail(*_: object) -> None:
        raise NoRowApplies("no row")

    with monkeypatch.context() as patch, pytest.raises(NoRowApplies), unit.begin(cast.reception) as work:
        patch.setattr("licensing.fees.assess.amounts", fail)
        accept_application(work, application_id)
    with unit.begin(SYSTEM) as work:
        assert application_by_id(work, application_id).status == Status.SUBMITTED
        assert accept_application(acting(work, cast.reception), other_id).reference == f"{AGENCY.code}-260212-0001"


def test_references_have_no_gap_and_none_twice_when_many_accept_at_once(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        ids = [a_submitted(work, cast).id for _ in range(6)]
    start = threading.Barrier(3)

    def accept(application_ids: list[UUID]) -> list[str]:
        start.wait(10)
        found = []
        for application_id in application_ids:
            with unit.begin(cast.reception) as work:
                found.append(str(accept_application(work, application_id).reference))
        return found

    with ThreadPoolExecutor(3) as pool:
        references = [item for found in pool.map(accept, [ids[0::3], ids[1::3], ids[2::3]]) for item in found]
    assert sorted(references) == [f"{AGENCY.code}-260212-{number:04d}" for number in range(1, 7)]


def test_the_day_of_a_reference_is_the_installation_s_and_each_day_begins_at_one(
    unit: UnitOfWork, cast: Cast, clock: FrozenClock
) -> None:
    with unit.begin(SYSTEM) as work:
        first = an_accepted(work, cast).reference
        clock.advance(hours=14, minutes=30)  # 00:30 in Hanoi, the 12th still in UTC
        second = an_accepted(work, cast).reference
    assert (first, second) == (f"{AGENCY.code}-260212-0001", f"{AGENCY.code}-260213-0001")


def test_two_agencies_count_for_themselves(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        other = an_agency(work, replace(AGENCY, code="H98", seal_key="seal-other"))
        assert an_accepted(work, cast).reference == f"{AGENCY.code}-260212-0001"
        application = a_submitted(work, cast)
        application.agency = other.code
        work.session.flush()
        officer = an_officer(work, Role.RECEPTION_OFFICER, agency="H98")
        assert accept_application(acting(work, officer), application.id).reference == "H98-260212-0001"


def test_only_the_desk_of_the_agency_accepts(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        an_agency(work, replace(AGENCY, code="H98", seal_key="seal-other"))
        stranger = an_officer(work, Role.RECEPTION_OFFICER, agency="H98")
        application_id = a_submitted(work, cast).id
        for actor, error in (
            (stranger, ApplicationNotFound),
            (cast.applicant, ApplicationNotFound),
            (cast.case_officer, NotInCharge),
        ):
            with pytest.raises(error):
                accept_application(acting(work, actor), application_id)


def test_what_is_no_submitted_application_is_not_accepted(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = an_accepted(work, cast).id
        with pytest.raises(MoveNotPossible):
            accept_application(acting(work, cast.reception), application_id)
        with pytest.raises(ApplicationNotFound):  # a draft is the applicant's alone
            accept_application(acting(work, cast.reception), a_draft(work, cast).id)


def test_a_pattern_is_filled_in_and_nothing_else_may_stand_in_it() -> None:
    day = date(2026, 9, 30)
    assert render_reference("{agency}-{date:%y%m%d}-{seq:04d}", "000.00.01.H26", day, 12) == "000.00.01.H26-260930-0012"
    assert render_reference("{agency}-{date:%Y%m%d}-{seq:07d}", "G09.20", day, 92637) == "G09.20-20260930-0092637"
    for pattern in ("{agency.__class__}-{seq}", "{0}{seq}", "{other}{seq}", "{agency}-{date:%y}"):
        with pytest.raises(ValueError, match="A pattern holds"):
            render_reference(pattern, "H26", day, 1)
