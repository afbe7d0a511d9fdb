"""Steps that cannot be run, or would decide without the law's order, are refused with their place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from licensing.catalogue.steps import Action, End
from licensing.catalogue.terms import Outcome, Role, StepKind, Unit
from licensing.workflow.definition import Workflow
from licensing.workflow.lint import lint
from tests.licensing.workflow.steps import LIMIT, WORDS, a_step, a_workflow, an_action, with_step

DONE = Outcome.GRANTED


def pointers(workflow: Workflow) -> list[str]:
    return [fault["pointer"] for fault in lint(workflow, LIMIT)]


def test_sound_steps_have_no_fault() -> None:
    assert lint(a_workflow(), LIMIT) == []


def test_no_steps_are_a_fault() -> None:
    assert pointers(Workflow((), {})) == ["/steps"]


@pytest.mark.parametrize(
    ("action", "place"),
    [
        (an_action(to="nowhere"), "check"),
        (an_action(to="check"), "check"),
        (an_action(back_to="seal"), "check"),
        (an_action(end="nowhere"), "check"),
        (an_action(), "check"),
        (an_action(to="recommend", end="issued"), "check"),
    ],
)
def test_an_action_leads_somewhere_and_to_one_place(action: Action, place: str) -> None:
    assert pointers(with_step(a_workflow(), place, actions={"done": action})) == [f"/steps/{place}/actions/done"]


def test_two_steps_of_one_id_are_a_fault() -> None:
    workflow = a_workflow()
    assert pointers(replace(workflow, steps=(*workflow.steps, workflow.step("seal"))))[0] == "/steps/seal"


def test_a_dead_end_is_found() -> None:
    found = pointers(with_step(a_workflow(), "review", actions={"agree": None}))
    assert "/steps/review" in found


def test_an_unreachable_step_is_found() -> None:
    workflow = a_workflow()
    lost = a_step("lost", StepKind.CHECK, Role.CLERK, days="0", done=an_action(to="decide"))
    steps = (*workflow.steps[:2], lost, *workflow.steps[2:])
    assert pointers(replace(workflow, steps=steps)) == ["/steps/lost"]


@pytest.mark.parametrize("need", ["reason", "ground"])
@pytest.mark.parametrize("step", ["recommend", "decide"])
def test_a_refusal_without_reason_or_ground_is_found(step: str, need: str) -> None:
    action = a_workflow().action(step, "refuse")
    poorer = replace(action, needs=tuple(item for item in action.needs if item != need))
    assert pointers(with_step(a_workflow(), step, actions={"refuse": poorer})) == [
        f"/steps/{step}/actions/refuse/needs"
    ]


def test_sending_back_without_a_reason_is_found() -> None:
    found = pointers(with_step(a_workflow(), "review", actions={"send_back": an_action(back_to="check")}))
    assert found == ["/steps/review/actions/send_back/needs"]


def test_the_same_role_must_not_recommend_and_decide() -> None:
    assert pointers(with_step(a_workflow(), "decide", role=Role.CASE_OFFICER)) == ["/steps/decide/role"]


@pytest.mark.parametrize(("days", "faults"), [("5", []), ("5.25", ["/time_limit"])])
def test_the_longest_way_must_fit_the_time_limit(days: str, faults: list[str]) -> None:
    assert pointers(with_step(a_workflow(), "check", days=Decimal(days))) == faults


def test_hours_are_counted_as_working_hours_and_calendar_time_is_not_compared() -> None:
    slow = with_step(a_workflow(), "check", days=Decimal(6))
    assert lint(slow, replace(LIMIT, value=Decimal(79), unit=Unit.HOUR))
    assert not lint(slow, replace(LIMIT, value=Decimal(88), unit=Unit.HOUR))
    assert not lint(slow, replace(LIMIT, unit=Unit.MONTH))


@pytest.mark.parametrize(
    "change",
    [
        {"step_id": "check", "actions": {"skip": an_action(end="issued")}},  # an end nobody decided
        {"step_id": "check", "actions": {"skip": an_action(to="decide")}},  # a decision nobody recommended
        {"step_id": "decide", "actions": {"grant": an_action(to="seal", decides=DONE)}},  # sealed without a signature
        {"step_id": "sign", "actions": {"signed": an_action(end="issued")}},  # signed and never sealed
        {"step_id": "seal", "actions": {"sealed": an_action(end="refused")}},  # granted, but the end says refused
    ],
)
def test_every_end_is_reached_by_recommending_deciding_signing_and_sealing(change: dict[str, Any]) -> None:
    assert any(pointer.startswith("/ends/") for pointer in pointers(with_step(a_workflow(), **change)))


@pytest.mark.parametrize(
    ("step", "action"),
    [
        ("check", {"done": an_action(to="recommend", decides=DONE)}),
        ("check", {"done": an_action(to="recommend", proposes=DONE)}),
        ("decide", {"grant": an_action(to="sign")}),
        ("recommend", {"grant": an_action(to="review")}),
    ],
)
def test_only_a_decision_decides_and_only_a_recommendation_proposes(step: str, action: dict[str, Action]) -> None:
    assert f"/steps/{step}/actions/{next(iter(action))}" in pointers(with_step(a_workflow(), step, actions=action))


def test_more_ways_than_anybody_can_check_are_a_fault() -> None:
    many = [
        a_step(f"c{n}", StepKind.CHECK, Role.CLERK, "0", a=an_action(to=f"c{n + 1}"), b=an_action(to=f"c{n + 1}"))
        for n in range(12)
    ]
    last = a_step("c12", StepKind.CHECK, Role.CLERK, "0", a=an_action(to="check"))
    workflow = replace(a_workflow(), steps=(*many, last, *a_workflow().steps))
    assert "/steps" in pointers(workflow)


def test_an_end_of_another_outcome_counts_as_decided_too() -> None:
    ends = {**a_workflow().ends, "lapsed": End(WORDS, Outcome.LAPSED)}
    workflow = replace(with_step(a_workflow(), "check", actions={"give_up": an_action(end="issued")}), ends=ends)
    lapsing = with_step(workflow, "check", actions={"give_up": an_action(end="lapsed")})
    assert "/ends/lapsed" in pointers(lapsing)
