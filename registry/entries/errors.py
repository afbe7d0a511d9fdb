"""How the register says no."""

from __future__ import annotations

from config.errors import Conflict, NotFound, RuleBroken


class EntryNotFound(NotFound):
    """No licence has this register code."""


class ReservationNotFound(NotFound):
    """Nothing living is reserved under this key."""


class CodeMalformed(NotFound):
    """The text is no register code: a character is wrong or missing. Such a code was never given."""


class LeafNotCanonical(RuleBroken):
    """The content of a leaf has no single way to be written down."""


class EntryConflict(Conflict):
    """The same request was entered before with other content, or the paper belongs to another entry."""


class ReservationSpent(Conflict):
    """What is reserved was used already and stays used."""


class NumberTaken(Conflict):
    """The agency gave this document number in this year already."""


class EntryNotPossible(RuleBroken):
    """The dates or digests of the entry contradict each other."""
