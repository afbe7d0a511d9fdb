"""How fees say no."""

from config.errors import RuleBroken


class NoRowApplies(RuleBroken):
    """No row of the fee table fits the answers; an amount is never guessed."""
