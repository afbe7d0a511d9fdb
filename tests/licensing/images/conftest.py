"""The fixtures of the tests of images: people of an agency, and an administrator of the installation."""

from __future__ import annotations

import pytest

from config.access import SYSTEM, Actor
from config.unit_of_work import UnitOfWork
from licensing.accounts.roles import Role
from tests.licensing.factories import Cast, a_cast, an_officer
from tests.licensing.fixtures import reactor, site, unit, whole_app

__all__ = ["reactor", "site", "unit", "whole_app"]


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def administrator(unit: UnitOfWork, cast: Cast) -> Actor:
    with unit.begin(SYSTEM) as work:
        return an_officer(work, Role.ADMINISTRATOR)
