"""A ministry's department with a director, a deputy and a clerk: people for the tests of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

import licensing.reactions
import signing.reactions
from app import create_app
from config.access import SYSTEM
from config.events import Event, Reactions, Reactor
from config.jobs import Jobs
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts import events
from licensing.accounts.appoint import appoint
from licensing.accounts.create_official import create_official
from licensing.accounts.models import Capacity
from licensing.accounts.open_agency import NewAgency, create_position, open_agency

PASSWORD = "một mật khẩu đủ dài"
SNNMT = NewAgency(
    code="H10.08",
    name_vi="Sở Nông nghiệp và Môi trường",
    name_en="Department of Agriculture and Environment",
    superior_name="Ủy ban nhân dân tỉnh",
    place_name="Bắc Ninh",
    symbol="SNNMT",
    reference_pattern="{agency}-{date:%y%m%d}-{seq:04d}",
    seal_key="seal-snnmt",
    cutoff=time(16, 0),
    address="Số 1 đường Lê Lợi",
    phone="0222 000 000",
)


@pytest.fixture
def reactor() -> Reactor:
    """Every event of accounts, with nothing that follows."""
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
    return Reactor([{kind: Reactions() for kind in kinds if kind is not Event}])


@dataclass(frozen=True)
class Department:
    """Ids of what the fixture made. The director is appointed from 2025 on, the deputy for February 2026 only."""

    code: str
    director: UUID
    deputy: UUID
    clerk: UUID
    directorship: UUID
    deputyship: UUID
    directors_position: UUID
    clerks_position: UUID


@pytest.fixture
def department(unit: UnitOfWork) -> Department:
    """An agency with three officials; only the director has a password."""
    with unit.begin(SYSTEM) as work:
        agency = open_agency(work, SNNMT)
        head = create_position(work, agency.code, "GIÁM ĐỐC", "Director", may_sign=True)
        second = create_position(work, agency.code, "PHÓ GIÁM ĐỐC", "Deputy Director", may_sign=True)
        desk = create_position(work, agency.code, "Văn thư", "Clerk", may_sign=False)
        director = create_official(
            work, login="Binh.Tran", name="Trần Văn Bình", email="binh@snnmt.example", password=PASSWORD,
            signing_key="official-binh.tran",
        )  # fmt: skip
        deputy = create_official(
            work, login="hoa", name="Lê Thị Hoa", email="hoa@snnmt.example", signing_key="official-hoa"
        )
        clerk = create_official(work, login="an.vu", name="Vũ An", email="an@snnmt.example")
        directorship = appoint(work, director.id, head.id, date(2025, 1, 1))
        deputyship = appoint(
            work, deputy.id, second.id, date(2026, 2, 1), date(2026, 2, 28),
            capacity=Capacity.FOR_HEAD, on_behalf_title="GIÁM ĐỐC",
        )  # fmt: skip
        appoint(work, clerk.id, desk.id, date(2025, 1, 1))
    return Department(agency.code, director.id, deputy.id, clerk.id, directorship.id, deputyship.id, head.id, desk.id)


@pytest.fixture(scope="module")
def whole(settings: Settings, keys: object) -> Flask:
    """The application as it is served, for one file of tests."""
    return create_app(settings)


@pytest.fixture
def site(whole: Flask, unit: UnitOfWork, settings: Settings) -> Flask:
    """The whole application on the test's unit of work; of what follows from events, jobs are deferred."""
    unit.tools.add(settings)
    unit.reactor = Reactor([signing.reactions.REACTIONS, licensing.reactions.REACTIONS])
    unit.jobs = Jobs(settings, unit.reactor, {})
    whole.extensions["unit_of_work"] = unit
    whole.config["TESTING"] = True
    return whole


@pytest.fixture
def visitor(site: Flask, department: Department) -> FlaskClient:
    """Somebody with a browser, in an installation with three officials."""
    return site.test_client()
