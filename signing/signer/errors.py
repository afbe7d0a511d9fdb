"""What the signer process says no with, on both sides of its socket."""

from config.errors import Conflict, RuleBroken, Stopped, Unavailable
from signing.journal.errors import JournalBroken
from signing.keys.errors import (
    ConfirmationRefused,
    ConfirmationUnavailable,
    KeyElsewhere,
    KeyNotValid,
    KeyUnknown,
    KeyUnusable,
)
from signing.keys.errors import PinLocked as PinLocked  # for callers that stop at these two
from signing.keys.errors import WrongPin as WrongPin
from signing.pades.errors import SignatureValueWrong


class SignerUnavailable(Unavailable):
    """The signer process does not run, does not answer, or does not serve this caller."""


class SignatureRefused(RuleBroken):
    """An official's key signs only what is on record for that official."""


class CertificateRefused(RuleBroken):
    """A certificate may not sign: expired, revoked, not trusted, for something else, or somebody else's."""


class StandingUnknown(Unavailable):
    """The certificate's authority did not say in time whether it is revoked; nobody signs with it until it does."""


class AuthorisationEnded(Conflict):
    """The PIN that was given for several documents counts no more: its time is over, or the signer was restarted."""


class SealRefused(RuleBroken):
    """A seal goes only on a document on record that its official signed, and once."""


class ReceiptRefused(RuleBroken):
    """The key of receipts signs only a document that the service put on record for it, and once."""


class AgentsNotServed(RuleBroken):
    """This installation has no key for requests to agents; its administrator can make one."""


class CheckpointRefused(Conflict):
    """The log's key signs only what extends the tree that it signed last."""


class QuestionMalformed(RuleBroken):
    """The caller and the signer process do not speak the same language."""


class SignerNotReady(Stopped):
    """The signer process cannot start; `str()` has one line for each reason."""


# What a caller may meet by name; anything else is SignerUnavailable.
BY_NAME = {
    kind.__name__: kind
    for kind in (
        AgentsNotServed,
        AuthorisationEnded,
        CertificateRefused,
        CheckpointRefused,
        ConfirmationRefused,
        ConfirmationUnavailable,
        JournalBroken,
        KeyElsewhere,
        KeyNotValid,
        KeyUnknown,
        KeyUnusable,
        PinLocked,
        QuestionMalformed,
        ReceiptRefused,
        SealRefused,
        SignatureRefused,
        SignatureValueWrong,
        SignerUnavailable,
        StandingUnknown,
        WrongPin,
    )
}
