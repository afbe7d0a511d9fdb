"""How verification says no."""

from config.errors import Conflict, NotFound, RuleBroken, Unavailable


class EvidencePending(Conflict):
    """The licence is in force; its file is handed out once its evidence is complete."""


class EnclosureNotFound(NotFound):
    """No such file goes out with this document."""


class NoDocument(RuleBroken):
    """The request holds no file."""


class FileUnknown(NotFound):
    """No file with this digest was handed out by the register; an altered copy has another digest."""


class TooManyDocuments(Unavailable):
    """Other documents are being validated; try again in a few seconds."""


class TooManyReports(Unavailable):
    """As many signed reports were asked for as this service signs in an hour; the unsigned report is there."""


class ReportGone(NotFound):
    """There is no signed report at this address, or its time is over."""
