"""Which steps are open after what was done: a pure function, replayed from the start or one move at a time.

What is open is a set, not one step, so that parallel groups can be added without another shape: an action then
leads to several steps, and a step that joins waits until its group has left the set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.sentences import say
from licensing.catalogue.steps import Action
from licensing.workflow.definition import Workflow
from licensing.workflow.errors import StepNotOpen


@dataclass(frozen=True)
class Done:
    """A step was completed by one of its actions."""

    step: str
    action: str


@dataclass(frozen=True)
class Reopened:
    """What stood open was given up and an earlier step opened anew, because a decision was set aside."""

    to: str


Move = Done | Reopened


@dataclass(frozen=True)
class Standing:
    """Where an application stands: the open steps in the order of the procedure, or the end it came to."""

    open: tuple[str, ...] = ()
    end: str | None = None


def start(workflow: Workflow) -> Standing:
    """Handling begins with the first step of the list."""
    return Standing((workflow.steps[0].id,))


def advance(workflow: Workflow, standing: Standing, move: Move) -> Standing:
    """The standing after one move; raises StepNotOpen or ActionUnknown and leaves the old one as it was."""
    if isinstance(move, Reopened):
        return Standing(_in_order(workflow, {*_before(workflow, standing.open, move.to), move.to}))
    if move.step not in standing.open:
        raise StepNotOpen(say("The step {step} is not open.", step=move.step))
    action = workflow.action(move.step, move.action)
    left = set(standing.open) - {move.step}
    if action.back_to is not None:
        return Standing(_in_order(workflow, {*_before(workflow, left, action.back_to), action.back_to}))
    if action.end is not None:
        return Standing((), action.end)
    return Standing(_in_order(workflow, left | _targets(action)))


def next_steps(workflow: Workflow, done: Iterable[Move]) -> Standing:
    """The standing after everything that was done, from the start."""
    standing = start(workflow)
    for move in done:
        standing = advance(workflow, standing, move)
    return standing


def _targets(action: Action) -> set[str]:
    return {action.to} if action.to is not None else set()


def _before(workflow: Workflow, steps: Iterable[str], target: str) -> set[str]:
    """The open steps that a return to `target` leaves alone: those before it. What comes after it is done anew."""
    return {step for step in steps if workflow.place(step) < workflow.place(target)}


def _in_order(workflow: Workflow, steps: set[str]) -> tuple[str, ...]:
    return tuple(sorted(steps, key=workflow.place))
