"""Why trust material could not be had."""

from __future__ import annotations

from config.errors import Unavailable


class TrustFolderUnusable(Unavailable):
    """The folder of trusted roots is missing, empty, or holds something that is no certificate."""


class AlgorithmTableUnusable(Unavailable):
    """The table of algorithms is missing, or is none."""


class RevocationUnavailable(Unavailable):
    """The responder of the certificate authority did not answer; try again later."""


class RevocationNotTrusted(RevocationUnavailable):
    """The responder's answer is not signed by the authority, is about something else, or is stale."""
