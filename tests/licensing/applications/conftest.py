"""The fixtures of the service's tests, and a draft for the tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.applications.queries import application_by_id
from licensing.applications.start import NewApplication, start_application
from licensing.catalogue.publish import publish_package
from tests.licensing.factories import AGENCY, SINCE, Cast, a_cast
from tests.licensing.fixtures import app, browser, reactor, site, unit, whole_app
from tests.licensing.food import ELIGIBLE, FOOD

__all__ = ["app", "browser", "reactor", "site", "unit", "whole_app"]


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        made = a_cast(work)
        publish_package(work, FOOD, SINCE)
    return made


@pytest.fixture
def draft(unit: UnitOfWork, cast: Cast) -> UUID:
    """A draft whose questions are answered."""
    with unit.begin(cast.applicant) as work:
        return start_application(work, NewApplication(FOOD, AGENCY.code, eligibility=ELIGIBLE)).id


@pytest.fixture
def answers_of(unit: UnitOfWork) -> Callable[[UUID], dict[str, Any]]:
    def look(application_id: UUID) -> dict[str, Any]:
        with unit.begin(SYSTEM) as work:
            return dict(application_by_id(work, application_id).answers)

    return look
