"""How papers say no."""

from config.errors import Conflict, NotFound


class PaperNotFound(NotFound):
    """There is no such paper, or the caller may not learn that there is."""


class SlipNotFound(NotFound):
    """The application has no appointment slip: it was not accepted, or before there were any."""


class SlipNotSigned(Conflict):
    """The appointment slip is being made; it is there in a moment."""


class PaperNotDelivered(Conflict):
    """The paper is not signed, sealed and preserved yet; nothing is handed out before."""
