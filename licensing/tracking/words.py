"""The states of an application in plain words, and what its applicant has to do in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.sentences import later
from licensing.applications.lifecycle import Status
from licensing.catalogue.terms import Outcome

S = Status
GRANTED, REFUSED = f"{S.CLOSED} {Outcome.GRANTED}", f"{S.CLOSED} {Outcome.REFUSED}"


@dataclass(frozen=True)
class State:
    """A state: its words, its colour (`amber` when something is asked of the applicant), and what is to be done."""

    text: str
    colour: str
    todo: str
    action: str = ""
    endpoint: str = ""


NOTHING = later("Nothing for now. The agency works on your application; you see every step on this page.")
STATES: Mapping[str, State] = {
    S.DRAFT: State(
        later("Draft, not handed in"),
        "amber",
        later("Fill in what is still open, add the documents, and hand the application in."),
        later("Go on with the draft"),
        "applications_pages.resume",
    ),
    S.SUBMITTED: State(
        later("Handed in, waiting for acceptance"),
        "plain",
        later("Nothing for now. A reception officer looks whether everything is there; then you get a due date."),
        later("Show the receipt"),
        "applications_pages.receipt",
    ),
    S.RETURNED: State(
        later("Returned, to be completed"),
        "amber",
        later("Mend what is named below, then hand the application in again."),
        later("Complete the application"),
        "applications_pages.resume",
    ),
    S.ACCEPTED: State(later("Accepted, being handled"), "plain", NOTHING),
    S.UNDER_REVIEW: State(later("Being examined"), "plain", NOTHING),
    S.PROPOSED: State(later("Waiting for the decision"), "plain", NOTHING),
    S.DECIDED: State(later("The result is being signed and sealed"), "plain", NOTHING),
    S.CLOSED: State(later("Closed"), "plain", later("Nothing more. This application is closed.")),
    S.WITHDRAWN: State(
        later("Withdrawn"),
        "plain",
        later("Nothing more. You withdrew it; you may apply again at any time."),
    ),
    GRANTED: State(
        later("Licence issued"), "green", later("Keep the licence. Whoever checks it finds it under its register code.")
    ),
    REFUSED: State(
        later("Refused"),
        "red",
        later("Read the grounds and what can be done. You may apply again at any time."),
    ),
}


def state_of(status: str, outcome: str = "") -> State:
    """The state of an application; `outcome` is known once it is closed."""
    return STATES.get(f"{status} {outcome}", STATES[Status(status)])
