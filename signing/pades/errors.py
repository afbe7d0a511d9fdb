"""How making a PAdES signature says no. Whatever is raised, the caller's bytes on record are unharmed."""

from __future__ import annotations

from config.errors import RuleBroken, Unavailable


class DocumentNotSuitable(RuleBroken):
    """These bytes cannot be signed by us: no PDF, not tagged, a form of its own, or the field is missing or
    filled.
    """


class StampNotSuitable(RuleBroken):
    """The typeset stamp is no one-page PDF, or too large for a licence."""


class CertificateNotSuitable(RuleBroken):
    """The certificate cannot be read, or has a kind of key that we do not sign with."""


class SignatureTooLarge(RuleBroken):
    """Certificates and timestamp do not fit into the space that the revision keeps for them."""


class SignatureValueWrong(RuleBroken):
    """The value does not verify under the certificate, or the attributes are not those of this revision."""


class TimestampWrong(Unavailable):
    """The timestamp is not over this signature value."""


class EvidenceTooOld(Unavailable):
    """Revocation data was issued before the signatures it should speak about; fresh data will be there
    later.
    """


class EvidenceMissing(Unavailable):
    """No revocation data was given for a certificate that needs it."""


class ReadyMadeRefused(RuleBroken):
    """A CMS of another program is not over what was prepared, not bound to the certificate, or of another kind."""
