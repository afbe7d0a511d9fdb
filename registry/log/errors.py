"""How the log says no."""

from __future__ import annotations

from config.errors import NotFound, Unavailable


class LeafNotLogged(NotFound):
    """There is no such leaf in the log yet."""


class TileNotFound(NotFound):
    """The log has no such tile."""


class LogBroken(Unavailable):
    """Files, database and signer do not agree: nothing is added until an administrator has looked."""


class LogUnreachable(LogBroken):
    """A part of the log, or its key, cannot be had now: nothing can be proved, and nothing is disproved."""
