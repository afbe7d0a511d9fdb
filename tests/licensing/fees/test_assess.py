"""A charge is what the tariff said when the application was accepted, once for each fee."""

from __future__ import annotations

from typing import Any

import pytest

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.applications.events import ApplicationAccepted
from licensing.catalogue.read import PACKAGES, read_package
from licensing.fees.assess import assess_fees
from licensing.fees.queries import charges_of
from licensing.fees.rules import amounts
from tests.licensing.factories import a_cast, an_accepted


@pytest.mark.parametrize(("size", "vnd"), [(1, 100_000), (2, 100_000), (3, 500_000), (100, 500_000)])
def test_the_charge_follows_from_the_answers(unit: UnitOfWork, size: int, vnd: int) -> None:
    with unit.begin(SYSTEM) as work:
        (charge,) = charges_of(work, an_accepted(work, a_cast(work), size=size).id)
        assert (charge.fee, charge.vnd, charge.state, charge.collect) == ("appraisal", vnd, "assessed", "acceptance")


def test_a_second_assessment_changes_nothing(unit: UnitOfWork) -> None:
    with unit.begin(SYSTEM) as work:
        application = an_accepted(work, a_cast(work))
        (charge,) = charges_of(work, application.id)
        assert application.reference and application.accepted_at
        again = ApplicationAccepted(
            application.id, application.revision_id, application.agency, application.reference, application.accepted_at
        )
        assess_fees(work, again)
        assert [item.id for item in charges_of(work, application.id)] == [charge.id]


@pytest.mark.parametrize(
    ("answers", "vnd"),
    [
        ({"establishment_kind": "trade"}, 1_000_000),
        ({"establishment_kind": "catering", "portions": 199}, 700_000),
        ({"establishment_kind": "catering", "portions": 200}, 1_000_000),
        ({"establishment_kind": "small_production"}, 500_000),
        ({"establishment_kind": "other_production"}, 2_500_000),
    ],
)
def test_the_food_safety_certificate_costs_what_its_circular_says(answers: dict[str, Any], vnd: int) -> None:
    fees = read_package(PACKAGES / "2.001827").definition.fees
    assert sum(amount.vnd for amount in amounts(fees, answers)) == vnd
