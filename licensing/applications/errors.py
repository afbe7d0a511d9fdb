"""How applications say no."""

from collections.abc import Sequence

from config.errors import Conflict, Fault, NotAllowed, NotFound, RuleBroken


class ApplicationNotFound(NotFound):
    """There is no such application, or the caller may not learn that there is."""


class MoveNotPossible(Conflict):
    """The application is not where this move starts."""

    def __init__(self, move: str, status: str) -> None:
        super().__init__(f"An application that is {status.replace('_', ' ')} cannot be moved by “{move}”.")


class AlreadySubmitted(Conflict):
    """The application was handed in before; what was handed in then stays."""


class StaleDraft(Conflict):
    """Somebody saved the draft meanwhile; load it again."""


class ApplicationIncomplete(RuleBroken):
    """Answers or documents are missing or wrong; every fault with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"The application is not complete: {len(faults)} fault(s).", faults)


class NotEligible(RuleBroken):
    """The answers to the questions before the form say that this licence is not needed or not possible."""


class KindUnknown(RuleBroken):
    """The procedure has no such case."""


class AnswersTooLarge(RuleBroken):
    """The answers are larger or deeper than any form."""


class AttachmentUnknown(NotFound):
    """What was handed in holds no such document."""


class OrganisationNotYours(NotAllowed):
    """The caller is no member of the organisation."""


class NotInCharge(NotAllowed):
    """The caller works for the agency, but not in the role that this takes."""


class ReasonMissing(RuleBroken):
    """Nothing is rejected or sent back without a reason."""


class DocumentNotAskedFor(RuleBroken):
    """The procedure does not ask for this document."""
