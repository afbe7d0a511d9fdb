"""How the workflow says no."""

from collections.abc import Sequence

from config.errors import Conflict, Fault, NotAllowed, NotFound, RuleBroken


class TaskNotFound(NotFound):
    """There is no such task, or it belongs to an agency or a role that the caller does not work for."""


class TaskTaken(Conflict):
    """Another officer works on the task, or it is done already."""


class StepNotOpen(Conflict):
    """The step is not the one that the application has come to."""


class NotYourTask(NotAllowed):
    """Only the officer who claimed a task may complete it or give it back."""


class ActionUnknown(RuleBroken):
    """The procedure has no such action in this step."""


class NeedsMissing(RuleBroken):
    """The action needs more than was given: a reason, a ground, a document."""


class StepDoneElsewhere(RuleBroken):
    """Recommending, deciding, signing and sealing have their own doors; their tasks follow from them."""


class WorkflowBroken(RuleBroken):
    """The steps of a package cannot be run; every fault with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"The steps have {len(faults)} fault(s).", faults)
