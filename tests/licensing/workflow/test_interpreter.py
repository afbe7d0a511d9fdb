"""Every run of sound steps comes to an end, a return comes back, and no step is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.catalogue.steps import Step
from licensing.catalogue.terms import Role, StepKind
from licensing.workflow.definition import Workflow
from licensing.workflow.errors import ActionUnknown, StepNotOpen
from licensing.workflow.interpreter import Done, Reopened, Standing, advance, next_steps, start
from tests.licensing.workflow.steps import ENDS, WORDS, a_workflow, an_action


def test_the_way_of_a_grant_goes_from_step_to_step() -> None:
    way = [("check", "done"), ("recommend", "grant"), ("review", "agree"), ("decide", "grant"), ("sign", "signed")]
    done = [Done(*pair) for pair in way]
    opened = [next_steps(a_workflow(), done[:count]).open for count in range(len(done) + 1)]
    assert opened == [("check",), ("recommend",), ("review",), ("decide",), ("sign",), ("seal",)]
    assert next_steps(a_workflow(), [*done, Done("seal", "sealed")]) == Standing((), "issued")


def test_a_step_that_is_not_open_cannot_be_done() -> None:
    with pytest.raises(StepNotOpen):
        next_steps(a_workflow(), [Done("decide", "grant")])
    with pytest.raises(StepNotOpen):
        next_steps(a_workflow(), [Done("check", "done"), Done("check", "done")])


def test_an_action_that_the_step_does_not_have_is_refused() -> None:
    with pytest.raises(ActionUnknown):
        next_steps(a_workflow(), [Done("check", "grant")])


def test_a_decision_set_aside_opens_an_earlier_step_and_closes_what_was_open() -> None:
    done = [Done("check", "done"), Done("recommend", "grant"), Done("review", "agree"), Done("decide", "grant")]
    assert next_steps(a_workflow(), [*done, Reopened("recommend")]).open == ("recommend",)


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    """Sound sequences: each step leads onward or to an end, and may also send back."""
    count = draw(st.integers(1, 7))
    steps = []
    for place in range(count):
        actions = {}
        for number in range(draw(st.integers(1, 3))):
            later = draw(st.integers(place + 1, count))
            actions[f"on{number}"] = an_action(to=f"s{later}") if later < count else an_action(end="issued")
        for number in range(draw(st.integers(0, 2)) if place else 0):
            actions[f"back{number}"] = an_action(back_to=f"s{draw(st.integers(0, place - 1))}")
        steps.append(Step(f"s{place}", WORDS, Role.CASE_OFFICER, StepKind.CHECK, Decimal(1), actions))
    return Workflow(tuple(steps), ENDS)


@given(workflows(), st.data())
def test_every_run_that_is_sent_back_finitely_often_ends(workflow: Workflow, data: st.DataObject) -> None:
    budget = data.draw(st.integers(0, 5))
    standing, moves = start(workflow), 0
    while standing.end is None:
        names = sorted(workflow.step(standing.open[0]).actions)
        onward = [name for name in names if name.startswith("on")]
        name = data.draw(st.sampled_from(names if budget else onward))
        budget -= name.startswith("back")
        standing = advance(workflow, standing, Done(standing.open[0], name))
        moves += 1
        assert moves <= 6 * len(workflow.steps)
    assert standing.open == ()


@given(workflows(), st.data())
def test_no_step_is_lost_and_a_return_opens_exactly_the_step_it_names(workflow: Workflow, data: st.DataObject) -> None:
    standing = start(workflow)
    done = []
    for _ in range(data.draw(st.integers(0, 12))):
        step = standing.open[0]
        name = data.draw(st.sampled_from(sorted(workflow.step(step).actions)))
        move = Done(step, name)
        standing = advance(workflow, standing, move)
        done.append(move)
        action = workflow.action(step, name)
        assert standing.open == tuple(target for target in (action.to, action.back_to) if target is not None)
        assert (standing.end is None) == bool(standing.open)
        assert next_steps(workflow, done) == standing
        if standing.end:
            break


@given(workflows(), st.data())
def test_a_move_that_is_refused_changes_nothing(workflow: Workflow, data: st.DataObject) -> None:
    standing = start(workflow)
    other = data.draw(st.sampled_from(["nowhere", *(step.id for step in workflow.steps[1:])]))
    with pytest.raises(StepNotOpen):
        advance(workflow, standing, Done(other, "on0"))
    assert standing == start(workflow)
