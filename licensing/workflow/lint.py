"""Whether steps can be run at all, said before a package is published: every fault with its place, no exception."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from config.errors import Fault
from licensing.catalogue.package import Definition, TimeLimit
from licensing.catalogue.steps import Action, Step
from licensing.catalogue.terms import Need, Outcome, StepKind, Unit
from licensing.workflow.definition import Workflow
from licensing.workflow.errors import WorkflowBroken

HOURS_A_DAY = 8
MOST_WAYS = 1000
ORDER = [StepKind.RECOMMEND, StepKind.DECIDE, StepKind.SIGN, StepKind.SEAL]


def lint(workflow: Workflow, limit: TimeLimit) -> list[Fault]:
    """All faults of the steps; an empty list means that every application comes to an end by the law's way."""
    if not workflow.steps:
        return [_fault("/steps", "There is no step.")]
    faults = list(_broken_references(workflow))
    if faults:
        return faults  # what follows walks along the references
    return [
        *_dead_ends(workflow),
        *_unreachable(workflow),
        *_misplaced_outcomes(workflow),
        *_undecided_ends(workflow),
        *_refusals_without_ground(workflow),
        *_same_role_recommends_and_decides(workflow),
        *_too_long(workflow, limit),
    ]


def check_steps(definition: Definition) -> None:
    """Raises WorkflowBroken unless `lint` finds nothing."""
    if faults := lint(Workflow.of(definition), definition.time_limit):
        raise WorkflowBroken(faults)


def _broken_references(workflow: Workflow) -> Iterator[Fault]:
    ids = [step.id for step in workflow.steps]
    for step_id in sorted({step_id for step_id in ids if ids.count(step_id) > 1}):
        yield _fault(f"/steps/{step_id}", "Two steps have this id.")
    for step, name, action in _actions(workflow):
        place = f"/steps/{step.id}/actions/{name}"
        if sum(target is not None for target in (action.to, action.back_to, action.end)) != 1:
            yield _fault(place, "An action leads to exactly one of `to`, `back_to`, `end`.")
        if action.to is not None and action.to not in ids[ids.index(step.id) + 1 :]:
            yield _fault(place, f"There is no later step {action.to}.")
        if action.back_to is not None and action.back_to not in ids[: ids.index(step.id)]:
            yield _fault(place, f"There is no earlier step {action.back_to}.")
        if action.end is not None and action.end not in workflow.ends:
            yield _fault(place, f"There is no end {action.end}.")


def _dead_ends(workflow: Workflow) -> Iterator[Fault]:
    """A step without a way on; since `to` only leads onward, every way on comes to an end."""
    for step in workflow.steps:
        if all(action.back_to is not None for action in step.actions.values()):
            yield _fault(f"/steps/{step.id}", "No action leads on from this step.")


def _unreachable(workflow: Workflow) -> Iterator[Fault]:
    reached = {workflow.steps[0].id}
    for step in workflow.steps:  # targets stand later in the list, so one pass is enough
        if step.id in reached:
            reached |= {action.to for action in step.actions.values() if action.to is not None}
        else:
            yield _fault(f"/steps/{step.id}", "No action leads to this step.")


def _misplaced_outcomes(workflow: Workflow) -> Iterator[Fault]:
    """Only `recommend` steps propose and only `decide` steps decide, and both say so when they lead on."""
    for step, name, action in _actions(workflow):
        place = f"/steps/{step.id}/actions/{name}"
        for said, kind in ((action.proposes, StepKind.RECOMMEND), (action.decides, StepKind.DECIDE)):
            if said is not None and step.kind != kind:
                yield _fault(place, f"Only a step of the kind {kind} may say this outcome.")
            if said is None and step.kind == kind and action.back_to is None:
                yield _fault(place, f"An action that leads on from a step of the kind {kind} says the outcome.")


def _undecided_ends(workflow: Workflow) -> Iterator[Fault]:
    """Every end is reached by recommending, then deciding, then signing, then sealing, and says what was decided."""
    ways = _ways(workflow)
    if len(ways) > MOST_WAYS:
        yield _fault("/steps", f"There are more than {MOST_WAYS} ways through; nobody can check them.")
    for way in ways:
        kinds = [workflow.step(step).kind for step, _ in way]
        decided = [found for step, name in way if (found := workflow.action(step, name).decides)]
        end = workflow.action(*way[-1]).end or ""
        if decided != [workflow.outcome(end)] or [kind for kind in kinds if kind in ORDER] != ORDER:
            asked = "recommended, decided, signed and sealed once each, in this order, and end as decided"
            yield _fault(f"/ends/{end}", f"The way {_named(way)} must be {asked}.")


def _refusals_without_ground(workflow: Workflow) -> Iterator[Fault]:
    for step, name, action in _actions(workflow):
        if Outcome.REFUSED in (action.decides, action.proposes):
            for need in (Need.REASON, Need.GROUND):
                if need not in action.needs:
                    yield _fault(f"/steps/{step.id}/actions/{name}/needs", f"A refusal needs a {need}.")
        if action.back_to is not None and Need.REASON not in action.needs:
            yield _fault(f"/steps/{step.id}/actions/{name}/needs", "Sending back needs a reason.")


def _same_role_recommends_and_decides(workflow: Workflow) -> Iterator[Fault]:
    """Nobody decides on an own recommendation; a package must not even ask the same role for both."""
    recommending = {step.role for step in workflow.steps if step.kind == StepKind.RECOMMEND}
    for step in workflow.steps:
        if step.kind == StepKind.DECIDE and step.role in recommending:
            yield _fault(f"/steps/{step.id}/role", f"The role {step.role} recommends and decides.")


def _too_long(workflow: Workflow, limit: TimeLimit) -> Iterator[Fault]:
    """The longest way through, without what is sent back, must fit the time limit (when it is in working time)."""
    allowed = {Unit.WORKING_DAY: limit.value, Unit.HOUR: limit.value / HOURS_A_DAY}.get(limit.unit)
    days: dict[str, Decimal] = {}
    for step in reversed(workflow.steps):
        onward = [days[action.to] for action in step.actions.values() if action.to is not None]
        days[step.id] = step.days + max(onward, default=Decimal(0))
    longest = days[workflow.steps[0].id]
    if allowed is not None and longest > allowed:
        yield _fault("/time_limit", f"The longest way through takes {longest} working days of {allowed}.")


def _ways(workflow: Workflow) -> list[list[tuple[str, str]]]:
    """Every way from the first step to an end, sent-back actions left out; two ways with the same steps count once."""
    ways: dict[str, list[list[tuple[str, str]]]] = {}
    for step in reversed(workflow.steps):
        ways[step.id] = [
            [(step.id, name), *rest]
            for name, action in step.actions.items()
            if action.back_to is None
            for rest in (ways[action.to] if action.to is not None else [[]])
        ][: MOST_WAYS + 1]
    return ways[workflow.steps[0].id]


def _actions(workflow: Workflow) -> Iterator[tuple[Step, str, Action]]:
    for step in workflow.steps:
        for name, action in step.actions.items():
            yield step, name, action


def _named(way: list[tuple[str, str]]) -> str:
    return " - ".join(f"{step}:{action}" for step, action in way)


def _fault(pointer: str, detail: str) -> Fault:
    return {"pointer": pointer, "detail": detail}
