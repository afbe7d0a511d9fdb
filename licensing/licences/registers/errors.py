"""How number registers say no."""

from config.errors import Conflict, NotFound, RuleBroken


class RegisterNotFound(NotFound):
    """There is no such register, or it is another agency's."""


class NumberNotFound(NotFound):
    """The register has no such number."""


class RegisterTooLong(RuleBroken):
    """The year has more numbers than one PDF takes."""


class ExportNotSigned(Conflict):
    """The signed file of a register is being made; it is there in a moment."""
