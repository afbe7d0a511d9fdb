"""Refusals of the built-in authority."""

from config.errors import RuleBroken, Unavailable


class ValidityTooLong(RuleBroken):
    """A certificate may not outlive the authority that issued it (RFC 5280, 6.1)."""


class KeyFolderUnusable(Unavailable):
    """The folder of keys is missing, open to others, or holds something that cannot be read."""


class CertificateNotIssued(RuleBroken):
    """A serial number that this authority never gave cannot be revoked."""


class ClockWentBack(Unavailable):
    """A timestamp must not be older than the one given before it (RFC 3161, 2.1)."""
