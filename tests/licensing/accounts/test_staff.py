"""Officials, positions, appointments and roles: dated, unique, and only for officials."""

from __future__ import annotations

import dataclasses
from datetime import date
from uuid import UUID

import pytest

from config import tokens
from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts import errors, roles
from licensing.accounts.appoint import appoint
from licensing.accounts.create_official import create_official
from licensing.accounts.end_appointment import end_appointment
from licensing.accounts.end_role import end_role
from licensing.accounts.grant_role import grant_role
from licensing.accounts.models import Capacity
from licensing.accounts.open_agency import create_position, open_agency
from licensing.accounts.queries import account_by_id, actor_of, agencies, names_of, officials_with
from licensing.accounts.register import register_applicant
from licensing.accounts.roles import Role
from tests.licensing.accounts.conftest import PASSWORD, SNNMT, Department

TODAY = date(2026, 2, 12)


def permissions(unit: UnitOfWork, account_id: UUID) -> dict[str, frozenset[str]]:
    with unit.begin(SYSTEM) as work:
        return actor_of(work, account_by_id(work, account_id)).permissions


def test_a_role_gives_its_permissions_at_its_agency_on_its_days(
    unit: UnitOfWork, department: Department, clock: FrozenClock
) -> None:
    with unit.begin(SYSTEM) as work:
        grant_role(work, department.director, department.code, Role.APPROVER, date(2026, 2, 13), date(2026, 2, 14))
        grant_role(work, department.director, department.code, Role.UNIT_HEAD, TODAY)
    assert permissions(unit, department.director)[department.code] == roles.PERMISSIONS[Role.UNIT_HEAD]
    for _ in range(2):
        clock.advance(days=1)
        held = permissions(unit, department.director)
        assert roles.DECIDE in held[department.code] and roles.DECIDE not in held[""]
    clock.advance(days=1)
    assert permissions(unit, department.director)[department.code] == roles.PERMISSIONS[Role.UNIT_HEAD]


def test_a_role_that_was_ended_allows_nothing_the_day_after(
    unit: UnitOfWork, department: Department, clock: FrozenClock
) -> None:
    with unit.begin(SYSTEM) as work:
        grant = grant_role(work, department.clerk, department.code, Role.CLERK, date(2025, 1, 1))
    with unit.begin(SYSTEM) as work:
        end_role(work, grant.id, TODAY)
        assert officials_with(work, Role.CLERK, department.code, TODAY)[0].id == department.clerk
        assert not officials_with(work, Role.CLERK, department.code, date(2026, 2, 13))
    assert department.code in permissions(unit, department.clerk)
    clock.advance(days=1)
    assert department.code not in permissions(unit, department.clerk)


def test_an_administrator_may_be_one_everywhere_and_nobody_else(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        grant_role(work, department.clerk, None, Role.ADMINISTRATOR, TODAY)
        with pytest.raises(errors.DetailsNotAccepted):
            grant_role(work, department.clerk, None, Role.CLERK, TODAY)
    assert roles.MANAGE_AGENCY in permissions(unit, department.clerk)[""]


def test_applicants_may_apply_and_hold_no_position_and_no_role(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        applicant = register_applicant(work, name="Lan", email="lan@example.vn", password=PASSWORD)
        assert applicant
        with pytest.raises(errors.NotAnOfficial):
            grant_role(work, applicant, department.code, Role.CLERK, TODAY)
        with pytest.raises(errors.NotAnOfficial):
            appoint(work, applicant, department.directors_position, TODAY)
        assert names_of(work, [applicant, department.clerk, tokens.new_id()]) == {
            applicant: "Lan",
            department.clerk: "Vũ An",
        }
    assert permissions(unit, applicant) == {"": roles.APPLICANTS}
    assert roles.APPLY not in permissions(unit, department.director)[""]


def test_periods_of_one_appointment_or_role_do_not_overlap(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        with pytest.raises(errors.AlreadyAppointed):
            appoint(work, department.director, department.directors_position, date(2030, 1, 1))
        grant_role(work, department.director, department.code, Role.APPROVER, TODAY, TODAY)
        with pytest.raises(errors.AlreadyGranted):
            grant_role(work, department.director, department.code, Role.APPROVER, TODAY)
        grant_role(work, department.director, department.code, Role.APPROVER, date(2026, 2, 13))


def test_a_period_runs_forward(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        for refused in (
            lambda: appoint(work, department.clerk, department.directors_position, TODAY, date(2026, 2, 11)),
            lambda: grant_role(work, department.clerk, department.code, Role.CLERK, TODAY, date(2026, 2, 11)),
            lambda: end_appointment(work, department.deputyship, date(2026, 1, 31)),
        ):
            with pytest.raises(errors.PeriodBackwards):
                refused()


def test_a_capacity_says_whose(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        with pytest.raises(errors.DetailsNotAccepted):
            appoint(work, department.clerk, department.directors_position, TODAY, capacity=Capacity.BY_ORDER)
        with pytest.raises(errors.DetailsNotAccepted):
            appoint(work, department.clerk, department.directors_position, TODAY, on_behalf_title="GIÁM ĐỐC")


def test_codes_seals_titles_logins_addresses_and_keys_are_unique(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work:
        for refused in (
            lambda: open_agency(work, SNNMT),
            lambda: open_agency(work, dataclasses.replace(SNNMT, code="other")),
            lambda: create_position(work, department.code, "GIÁM ĐỐC", "Head", may_sign=True),
            lambda: create_official(work, login="HOA", name="Hoa", email="other@snnmt.example"),
            lambda: create_official(work, login="hoa2", name="Hoa", email="HOA@snnmt.example"),
            lambda: create_official(work, login="h3", name="Hoa", email="h3@x.vn", signing_key="official-hoa"),
        ):
            with pytest.raises(errors.AlreadyTaken):
                refused()
        assert [agency.code for agency in agencies(work)] == [department.code]


def test_what_is_unknown_is_not_found(unit: UnitOfWork, department: Department) -> None:
    nothing = tokens.new_id()
    with unit.begin(SYSTEM) as work:
        for refused, error in (
            (lambda: account_by_id(work, nothing), errors.AccountNotFound),
            (lambda: appoint(work, department.clerk, nothing, TODAY), errors.PositionNotFound),
            (lambda: end_appointment(work, nothing, TODAY), errors.AppointmentNotFound),
            (lambda: end_role(work, nothing, TODAY), errors.RoleGrantNotFound),
            (lambda: grant_role(work, department.clerk, "none", Role.CLERK, TODAY), errors.AgencyNotFound),
            (lambda: create_position(work, "none", "a", "b", may_sign=True), errors.AgencyNotFound),
        ):
            with pytest.raises(error):
                refused()


def test_a_weak_password_of_an_official_is_refused(unit: UnitOfWork, department: Department) -> None:
    with unit.begin(SYSTEM) as work, pytest.raises(errors.PasswordTooWeak):
        create_official(work, login="moi", name="Mới", email="moi@x.vn", password="ngắn")
