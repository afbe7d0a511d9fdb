"""Why a request cannot go on."""

from config.errors import Conflict, NotAllowed, NotFound


class RequestNotFound(NotFound):
    """There is no such signing request."""


class AlreadySigned(Conflict):
    """A signature is stored; a second one is refused."""


class NotYetSigned(Conflict):
    """The agency's seal needs the official's finished signature."""


class FilledOtherwise(Conflict):
    """What stands in the blanks of a document was fixed when its seal was first ordered."""


class RequestVoid(Conflict):
    """The preparation was withdrawn."""


class PreparationExpired(Conflict):
    """The date printed in the document has passed; it must be prepared anew."""


class SignatoryWrong(NotAllowed):
    """This document is prepared for another person's signature."""
