"""Fetches fresh revocation data for a document before it is validated.

What a document carries is enough on the day of issue; later its timestamps' own authority must be asked again. Only
certificates from our own roots are asked about, and only at the responder in the settings.
"""

from __future__ import annotations

from signing.pades.certificates import certificates_of
from signing.pades.errors import DocumentNotSuitable
from signing.trust.errors import RevocationUnavailable
from signing.trust.revocation import Revocation, RevocationSource
from signing.validation.policy import LARGEST_FILE


def fresh_revocation(pdf: bytes, source: RevocationSource) -> Revocation | None:
    """Fresh data about the signers of `pdf`; None when there is nobody to ask about, or no answer to rely on."""
    if len(pdf) > LARGEST_FILE:
        return None
    try:
        known = source.known(certificates_of(pdf))
        return source.fetch(known) if known else None
    except (DocumentNotSuitable, RevocationUnavailable, ValueError):  # then it must stand on what it carries
        return None
