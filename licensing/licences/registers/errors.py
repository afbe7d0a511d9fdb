"""How number registers say no."""

from config.errors import NotFound, RuleBroken


class RegisterNotFound(NotFound):
    """There is no such register, or it is another agency's."""


class NumberNotFound(NotFound):
    """The register has no such number."""


class RegisterTooLong(RuleBroken):
    """The year has more numbers than one PDF takes."""
