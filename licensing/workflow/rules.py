"""Who works on which step, and what an action must bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.errors import Fault
from config.sentences import later
from licensing.accounts.roles import DECIDE, EXAMINE, RECEIVE, REVIEW, SEAL
from licensing.catalogue.steps import Action
from licensing.catalogue.terms import Need, Role, StepKind

# The role of a step as the permission that its officers hold at the agency.
WORKS_AS: Mapping[str, str] = {
    Role.RECEPTION_OFFICER: RECEIVE,
    Role.CASE_OFFICER: EXAMINE,
    Role.UNIT_HEAD: REVIEW,
    Role.APPROVER: DECIDE,
    Role.CLERK: SEAL,
}
# These steps are completed by what they are about, not by saying that they are done: a result is returned when the
# signed document has been published, never before.
DONE_ELSEWHERE = (StepKind.RECOMMEND, StepKind.DECIDE, StepKind.SIGN, StepKind.SEAL, StepKind.RETURN)

NEEDED: Mapping[str, str] = {
    Need.REASON: later("This action needs a reason."),
    Need.GROUND: later("This action needs a ground."),
    Need.DOCUMENT: later("This action needs a document."),
}


@dataclass(frozen=True)
class Completion:
    """How a task is completed: the action, and what it brings. A document is attached to the task before."""

    action: str
    reason: str | None = None
    grounds: Sequence[str] = ()


def missing_needs(
    action: Action, given: Completion, document_sha256: str | None, known_grounds: Sequence[str]
) -> list[Fault]:
    """What the action needs and was not given, and grounds that the procedure does not know."""
    brought = {Need.REASON: given.reason, Need.GROUND: given.grounds, Need.DOCUMENT: document_sha256}
    places = {Need.REASON: "/reason", Need.GROUND: "/grounds", Need.DOCUMENT: "/document"}
    faults: list[Fault] = [
        {"pointer": places[need], "detail": NEEDED[need]} for need in action.needs if not brought[need]
    ]
    faults += [
        {"pointer": f"/grounds/{place}", "detail": "The procedure has no such ground."}
        for place, ground in enumerate(given.grounds)
        if ground not in known_grounds
    ]
    return faults
