"""A procedure's steps for tests, small and complete; each test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from licensing.catalogue.package import TimeLimit
from licensing.catalogue.steps import Action, End, Step
from licensing.catalogue.terms import Need, Outcome, Provision, Role, StepKind, Text, Unit
from licensing.workflow.definition import Workflow

WORDS = Text("chữ", "words")
LIMIT = TimeLimit(Decimal(10), Unit.WORKING_DAY, Provision("law", "art. 1", "test", verified=False))
ENDS = {
    "issued": End(WORDS, Outcome.GRANTED),
    "refused": End(WORDS, Outcome.REFUSED),
}


def an_action(**leads: Any) -> Action:
    return Action(WORDS, **leads)


def a_step(step_id: str, kind: StepKind, role: Role, days: str = "1", **actions: Action) -> Step:
    return Step(step_id, WORDS, role, kind, Decimal(days), actions)


def a_workflow() -> Workflow:
    """check - recommend - review - decide - (sign - seal | sign the refusal - seal it)."""
    reason, ground = (Need.REASON,), (Need.REASON, Need.GROUND)
    granted, refused = Outcome.GRANTED, Outcome.REFUSED
    steps = (
        a_step("check", StepKind.CHECK, Role.CASE_OFFICER, done=an_action(to="recommend")),
        a_step(
            "recommend",
            StepKind.RECOMMEND,
            Role.CASE_OFFICER,
            grant=an_action(to="review", proposes=granted),
            refuse=an_action(to="review", proposes=refused, needs=ground),
        ),
        a_step(
            "review",
            StepKind.REVIEW,
            Role.UNIT_HEAD,
            agree=an_action(to="decide"),
            send_back=an_action(back_to="recommend", needs=reason),
        ),
        a_step(
            "decide",
            StepKind.DECIDE,
            Role.APPROVER,
            grant=an_action(to="sign", decides=granted),
            refuse=an_action(to="sign_refusal", decides=refused, needs=ground),
            send_back=an_action(back_to="recommend", needs=reason),
        ),
        a_step("sign", StepKind.SIGN, Role.APPROVER, signed=an_action(to="seal")),
        a_step("seal", StepKind.SEAL, Role.CLERK, sealed=an_action(end="issued")),
        a_step("sign_refusal", StepKind.SIGN, Role.APPROVER, signed=an_action(to="seal_refusal")),
        a_step("seal_refusal", StepKind.SEAL, Role.CLERK, sealed=an_action(end="refused")),
    )
    return Workflow(steps, ENDS)


def with_step(workflow: Workflow, step_id: str, **changes: Any) -> Workflow:
    """The workflow with one step changed; `actions` are merged, an action given as None is taken out."""
    step = workflow.step(step_id)
    if "actions" in changes:
        merged = {**step.actions, **changes["actions"]}
        changes["actions"] = {name: action for name, action in merged.items() if action is not None}
    changed = replace(step, **changes)
    return replace(workflow, steps=tuple(changed if item.id == step_id else item for item in workflow.steps))
