"""Steps that cannot be run in the time that the law gives are not published, whoever publishes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from config.access import SYSTEM
from config.errors import RuleBroken
from config.events import Event, Reactions
from config.unit_of_work import UnitOfWork
from licensing.catalogue.errors import PackageBroken
from licensing.catalogue.events import ProcedurePublished
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.publish import publish_revision
from licensing.catalogue.queries import procedures
from licensing.catalogue.read import PACKAGES, package_of, read_package
from licensing.reactions import REACTIONS
from licensing.workflow.check_published import all_faults, check_published_steps
from licensing.workflow.errors import WorkflowBroken

DAY = date(2026, 2, 5)


def changed(was: str, becomes: str) -> ProcedurePackage:
    files = read_package(PACKAGES / "2.001827").files
    assert was in files["procedure.yaml"]
    return package_of({**files, "procedure.yaml": files["procedure.yaml"].replace(was, becomes, 1)})


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ("value: 25", "value: 21", "/time_limit"),
        ("en: Agree}, to: decide}", "en: Agree}, to: nowhere}", "/steps/review/actions/agree"),
        ("role: unit_head\n    kind: review", "role: unit_head\n    kind: decide", "/steps/review/actions/agree"),
    ],
)
def test_steps_with_a_fault_are_not_published(unit: UnitOfWork, was: str, becomes: str, place: str) -> None:
    package = changed(was, becomes)
    assert place in [fault["pointer"] for fault in all_faults(package, DAY)]
    with pytest.raises(WorkflowBroken) as caught, unit.begin(SYSTEM) as work:
        publish_revision(work, package, DAY)
    assert isinstance(caught.value, RuleBroken) and place in [fault["pointer"] for fault in caught.value.errors]
    with unit.begin(SYSTEM) as work:
        assert procedures(work) == []


def test_a_fault_of_the_text_and_one_of_the_steps_are_listed_together(unit: UnitOfWork) -> None:
    package = changed("value: 25", "value: 21")
    both = package_of(
        {**package.files, "procedure.yaml": package.files["procedure.yaml"].replace("sets: 1", "sets: 0")}
    )
    assert [fault["pointer"] for fault in all_faults(both, DAY)] == ["/sets", "/time_limit"]
    with pytest.raises(PackageBroken), unit.begin(SYSTEM) as work:
        publish_revision(work, both, DAY)


def test_an_installation_checks_every_publication() -> None:
    table: Mapping[type[Event], Reactions] = REACTIONS
    assert check_published_steps in table[ProcedurePublished].together
