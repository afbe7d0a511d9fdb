"""How certified prints say no."""

from config.errors import Conflict, NotAllowed, NotFound, RuleBroken


class PrintNotAllowed(NotAllowed):
    """The caller may see the licence, but not make certified prints of it."""


class PrintIncomplete(RuleBroken):
    """An official's print says for whom it is and why."""


class PrintOrderTaken(Conflict):
    """The same order was made for another licence."""


class PrintNotYours(NotFound):
    """There is no such print, or somebody else made it."""


class PrintClosed(Conflict):
    """The paper is handed to whoever made it on the same day; another paper is another print."""


class LicenceNotIssued(Conflict):
    """The licence is not entered in the register yet."""
