"""Why a signing session says no."""

from config.errors import Conflict, NotAllowed, NotFound, RuleBroken


class SigningSessionNotFound(NotFound):
    """There is no such signing session, or it is somebody else's."""


class SigningSessionExpired(Conflict):
    """The signing session has ended; whoever still wants to sign begins another."""


class SigningSessionClosed(Conflict):
    """The signing session was finished, refused or released: its answer counts once."""


class SigningSessionForeign(NotAllowed):
    """The answer does not come from whoever began the signing session."""


class DocumentLocked(Conflict):
    """Somebody is signing this document just now."""


class CertificateForeign(RuleBroken):
    """The certificate is not the one that is registered for this official."""


class KeyOpenedByPin(RuleBroken):
    """This key signs by its PIN at once; there is nothing to wait for."""
