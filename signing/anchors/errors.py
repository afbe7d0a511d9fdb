"""Why an anchor, a group or an address of a list is not taken."""

from __future__ import annotations

from config.errors import Conflict, NotFound, RuleBroken, Unavailable


class GroupNotFound(NotFound):
    """No group has this name."""


class AnchorNotFound(NotFound):
    """No anchor of the group has this fingerprint."""


class GroupNotAccepted(RuleBroken):
    """The name, the titles or the purposes of a group are wrong."""


class GroupExists(Conflict):
    """There is a group of this name."""


class CertificateNotAccepted(RuleBroken):
    """What was sent is no certificate of an authority that can be an anchor."""


class AnchorThere(Conflict):
    """The certificate is an anchor of this group already."""


class TrustReasonMissing(RuleBroken):
    """An anchor leaves only with a reason."""


class AddressNotAccepted(RuleBroken):
    """Revocation lists cannot be fetched from such an address."""


class ListNotTrusted(Unavailable):
    """What an address gave is not a fresh, complete list that the authority signed itself."""


class TrustedListNotAccepted(RuleBroken):
    """The file is no trusted list, is not signed by the certificate that was named, or is out of date."""
