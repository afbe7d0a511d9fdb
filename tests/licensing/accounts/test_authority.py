"""Who may sign for whom, on which day: asked when signing, and not to be changed meanwhile."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.appoint import appoint
from licensing.accounts.authority import signing_authority
from licensing.accounts.close_account import close_account
from licensing.accounts.create_official import create_official
from licensing.accounts.end_appointment import end_appointment
from licensing.accounts.errors import (
    AccountInactive,
    AgencyNotFound,
    AppointmentEnded,
    AppointmentMissing,
    AppointmentNotBegun,
    SigningKeyMissing,
)
from licensing.accounts.queries import appointment_in_force
from tests.licensing.accounts.conftest import Department


def test_a_director_signs_in_person(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        authority = signing_authority(work, department.director, department.code)
    assert (authority.capacity, authority.on_behalf_title, authority.title) == ("", "", "GIÁM ĐỐC")
    assert (authority.official_name, authority.signing_key) == ("Trần Văn Bình", "official-binh.tran")
    assert (authority.agency_name, authority.seal_key) == ("Sở Nông nghiệp và Môi trường", "seal-snnmt")


def test_a_deputy_signs_for_the_head(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        authority = signing_authority(work, department.deputy, department.code)
    assert (authority.capacity, authority.on_behalf_title) == ("KT.", "GIÁM ĐỐC")
    assert authority.title == "PHÓ GIÁM ĐỐC"


@pytest.mark.parametrize(
    ("day", "may"), [((2026, 1, 31), False), ((2026, 2, 1), True), ((2026, 2, 28), True), ((2026, 3, 1), False)]
)
def test_both_days_of_a_period_belong_to_it(
    unit: UnitOfWork, department: Department, day: tuple[int, int, int], may: bool
) -> None:
    with unit.begin(SYSTEM) as work:
        found = appointment_in_force(work, department.deputy, department.code, date(*day))
        assert (found is not None) is may
        if found:
            assert found.position.title_vi == "PHÓ GIÁM ĐỐC"


def test_the_day_is_the_one_of_the_installation_not_of_utc(
    unit: UnitOfWork, department: Department, clock: FrozenClock
) -> None:
    clock.at = datetime(2026, 2, 28, 16, 59, tzinfo=UTC)  # 23:59 in Hanoi
    with unit.begin(SYSTEM) as work:
        assert signing_authority(work, department.deputy, department.code)
    clock.advance(minutes=2)
    with unit.begin(SYSTEM) as work, pytest.raises(AppointmentEnded, match="28/02/2026"):
        signing_authority(work, department.deputy, department.code)


def test_an_appointment_that_begins_later_allows_nothing_yet(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work, pytest.raises(AppointmentNotBegun, match="01/02/2026"):
        signing_authority(work, department.deputy, department.code, date(2026, 1, 31))


def test_the_latest_end_is_named_when_there_were_several(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        end_appointment(work, department.directorship, date(2025, 6, 30))
        appoint(work, department.director, department.directors_position, date(2025, 8, 1), date(2025, 9, 30))
    with unit.begin(SYSTEM) as work, pytest.raises(AppointmentEnded, match="30/09/2025"):
        signing_authority(work, department.director, department.code)


def test_a_position_that_may_not_sign_gives_no_authority(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work, pytest.raises(AppointmentMissing):
        signing_authority(work, department.clerk, department.code)


def test_nobody_signs_for_another_agency(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work, pytest.raises(AgencyNotFound):
        signing_authority(work, department.director, "H10.99")


def test_a_closed_account_signs_nothing(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        close_account(work, department.director)
        close_account(work, department.director)
    with unit.begin(SYSTEM) as work, pytest.raises(AccountInactive):
        signing_authority(work, department.director, department.code)


def test_without_a_key_there_is_no_authority(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        new = create_official(work, login="moi", name="Ngô Mới", email="moi@snnmt.example")
        appoint(work, new.id, department.directors_position, date(2026, 1, 1))
    with unit.begin(SYSTEM) as work, pytest.raises(SigningKeyMissing):
        signing_authority(work, new.id, department.code)


def test_an_appointment_cannot_end_while_a_signature_is_being_made_under_it(
    unit: UnitOfWork, department: Department
) -> None:
    ended = threading.Event()

    def end() -> None:
        with unit.begin(SYSTEM) as work:
            end_appointment(work, department.directorship, date(2026, 1, 1))
        ended.set()

    other = threading.Thread(target=end)
    with unit.begin(SYSTEM) as work:
        signing_authority(work, department.director, department.code)
        other.start()
        assert not ended.wait(0.3)
    other.join(10)
    assert ended.is_set()
