"""How licences say no."""

from config.errors import Conflict, NotFound, RuleBroken


class LicenceNotFound(NotFound):
    """There is no such licence, or the caller may not learn that there is."""


class SampleNotAvailable(NotFound):
    """There is nobody yet in whose name a sample could be shown."""


class LicenceNotReady(Conflict):
    """The licence is not prepared yet."""


class DocumentNotFound(NotFound):
    """There is no such document to sign, or the caller has nothing to do with it."""


class DocumentChanged(Conflict):
    """The document on record is not the one that was looked at."""


class DocumentNotViewed(RuleBroken):
    """Nobody signs or seals a document that they have not looked at."""


class DocumentDigestWrong(Conflict):
    """A signature is asked for with the SHA-256 of the very document that was fetched and looked at."""


class SelectionNotFound(NotFound):
    """There is no such list of ticked documents, or it is somebody else's, or it was ticked long ago."""


class TooManyTicked(RuleBroken):
    """More documents than are signed or sealed at once."""
