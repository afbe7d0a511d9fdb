"""Why the agent says no. `code` goes to the page that asked, and stands in docs/agent.md."""

from __future__ import annotations

from config.errors import Stopped
from config.sentences import later


class AgentStopped(Stopped):
    """A command of the agent cannot do what was asked; `str()` says why."""


class Said(Exception):
    """A refusal with its code and a sentence; for the page, for the person, and for the terminal."""

    code = ""
    detail = ""

    def __init__(self, more: str = "") -> None:
        super().__init__(f"{self.detail} {more}".strip())


class Malformed(Said):
    code = "malformed"
    detail = later("This is not a message of the contract.")


class ForeignKey(Said):
    code = "foreign-key"
    detail = later("The request is not signed by the paired installation. If its key was exchanged, pair again.")


class OtherAgent(Said):
    code = "other-agent"
    detail = later("The request is for another agent or another connection.")


class Expired(Said):
    code = "expired"
    detail = later("The time of the request is over. If this happens at once, compare the clocks of both machines.")


class Replayed(Said):
    code = "replayed"
    detail = later("The request was made before; each counts once.")


class VerbRefused(Said):
    code = "verb-not-served"
    detail = later("This agent signs approvals only.")


class DocumentUnreachable(Said):
    code = "document-unreachable"
    detail = later("The document could not be fetched from the installation.")


class DocumentDiffers(Said):
    code = "document-differs"
    detail = later("The document that was fetched is not the one of the request. Nothing was signed.")


class DocumentUnreadable(Said):
    code = "document-unreadable"
    detail = later("The document cannot be drawn, so nobody can look at it. Nothing was signed.")


class OtherCertificate(Said):
    code = "other-certificate"
    detail = later("The request is for another certificate than that of your key.")


class Busy(Said):
    code = "busy"
    detail = later("The agent is asking about other documents. Answer there first.")


class Declined(Said):
    code = "declined"
    detail = later("You did not sign.")


class GivenUp(Said):
    code = "given-up"
    detail = later("The page that asked is gone, or it gave up.")


class WrongPinTooOften(Said):
    code = "wrong-pin"
    detail = later("The PIN was wrong too often.")


class KeyNotReady(Said):
    code = "key-unavailable"
    detail = later("The key cannot be used. Is the token plugged in?")
