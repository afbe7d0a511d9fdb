"""Why a suspicion is not taken, or not handled."""

from __future__ import annotations

from config.errors import Conflict, NotAllowed, NotFound, RuleBroken


class SuspicionNotFound(NotFound):
    """There is no such suspicion, or it is another agency's."""


class TooManySuspicions(NotAllowed):
    """This network, or everybody together, told us too much within an hour."""


class SuspicionNotAccepted(RuleBroken):
    """A text is too long, or the file is not the one that was checked."""


class HandledBefore(Conflict):
    """Somebody else has handled it meanwhile."""
