"""How decisions say no."""

from config.errors import Conflict, NotAllowed, NotFound, RuleBroken


class DecisionNotFound(NotFound):
    """There is no such decision."""


class HoldNotFound(NotFound):
    """There is no such hold on this application."""


class RecommenderMayNotDecide(NotAllowed):
    """Nobody decides on an own recommendation."""


class ApplicantMayNotDecide(NotAllowed):
    """Nobody decides on an own application."""


class RecommendationAgainst(RuleBroken):
    """A licence is granted only when a grant was recommended; otherwise send it back with your reasons."""


class OutcomeNotForeseen(RuleBroken):
    """The procedure has no action with this outcome in this step."""


class GateClosed(RuleBroken):
    """Something that the licence needs is missing; every fault with its place."""


class GateChanged(GateClosed):
    """Since the decision, what it rested on has changed: the preparation is void."""


class HoldLifted(Conflict):
    """The hold was lifted before."""
