"""The steps of a published procedure as the interpreter runs them: data from the package, nothing executable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.sentences import say
from licensing.catalogue.package import Definition
from licensing.catalogue.steps import Action, End, Step
from licensing.catalogue.terms import Outcome, StepKind
from licensing.workflow.errors import ActionUnknown, StepNotOpen


@dataclass(frozen=True)
class Workflow:
    """The steps in their order, and the named ends that they lead to."""

    steps: tuple[Step, ...]
    ends: Mapping[str, End]

    @classmethod
    def of(cls, definition: Definition) -> Workflow:
        return cls(definition.steps, definition.ends)

    def step(self, step_id: str) -> Step:
        """The step with this id; raises StepNotOpen, since an unknown step is never open."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise StepNotOpen(say("The procedure has no step {step}.", step=step_id))

    def action(self, step_id: str, name: str) -> Action:
        """The action of this name in that step; raises ActionUnknown."""
        found = self.step(step_id).actions.get(name)
        if found is None:
            raise ActionUnknown(say("The step {step} has no action {action}.", step=step_id, action=name))
        return found

    def place(self, step_id: str) -> int:
        """Where the step stands in the list, from 0."""
        return self.steps.index(self.step(step_id))

    def outcome(self, end: str) -> Outcome:
        """What the end means for the applicant."""
        return self.ends[end].outcome

    def first_of(self, kind: StepKind) -> Step:
        """The first step of this kind; raises StepNotOpen when the procedure has none."""
        for step in self.steps:
            if step.kind == kind:
                return step
        raise StepNotOpen(say("The procedure has no step of the kind {kind}.", kind=kind))
