"""How certified prints say no."""

from config.errors import Conflict, NotFound


class PrintNotFound(NotFound):
    """No certified print of this licence has this number."""


class LicenceNotInForce(Conflict):
    """The licence is not in force now, so that no paper is certified to be one."""


class OriginalRenewed(Conflict):
    """The file was given fresh evidence while it was being printed; nothing was numbered."""
