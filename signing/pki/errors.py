"""Refusals of the built-in authority."""

from config.errors import Conflict, RuleBroken, Unavailable


class ValidityTooLong(RuleBroken):
    """A certificate may not outlive the authority that issued it (RFC 5280, 6.1)."""


class NameNotSuitable(RuleBroken):
    """A name is empty or too long to stand in a certificate (RFC 5280, appendix A.1)."""


class KeyFolderUnusable(Unavailable):
    """The folder of keys is missing, open to others, or holds something that cannot be read."""


class AuthorityRetired(RuleBroken):
    """The key of an authority was lost; it issues nothing any more."""


class PassphraseWrong(RuleBroken):
    """A key of the authority does not open with the passphrase that was given."""


class CertificateNotIssued(RuleBroken):
    """A serial number that this authority never gave cannot be revoked."""


class CertificateRequestRefused(RuleBroken):
    """A certificate request is damaged, does not prove that its key is held, or has a weak key (RFC 2986, 3)."""


class AlreadyMade(Conflict):
    """A key or certificate of this name is there already; it is renewed, never overwritten."""


class RevocationRefused(RuleBroken):
    """A certificate cannot be revoked for this reason or as of this time (RFC 5280, 5.3.1)."""


class CeremonyRefused(RuleBroken):
    """A step of the key ceremony does not fit the step before it."""


class RecordBroken(Unavailable):
    """The record of issued certificates or the journal of timestamps was cut, changed, or put together by somebody."""


class ClockWentBack(Unavailable):
    """A timestamp must not be older than the one given before it (RFC 3161, 2.1)."""


class ClockNotSynchronised(Unavailable):
    """The machine's clock follows no time source, so its time is no evidence (ETSI EN 319 421, 7.7.2)."""
