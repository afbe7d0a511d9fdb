"""How papers say no."""

from config.errors import Conflict, NotFound


class PaperNotFound(NotFound):
    """There is no such paper, or the caller may not learn that there is."""


class PaperNotDelivered(Conflict):
    """The paper is not signed, sealed and preserved yet; nothing is handed out before."""


class NumberDiffers(Conflict):
    """The sealed document does not carry the number and the days that were given to it."""
