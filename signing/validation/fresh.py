"""Fetches fresh revocation data for a document before it is validated.

What a document carries is enough on the day of issue; later its timestamps' own authority must be asked again. Only
certificates from our own roots are asked about, and only at the responder in the settings.
"""

from __future__ import annotations

from asn1crypto import cms

from config.errors import Refused
from signing.pades.digest import signed_fields
from signing.trust.errors import RevocationUnavailable
from signing.trust.revocation import Revocation, RevocationSource
from signing.validation.policy import LARGEST_FILE, MOST_SIGNATURES


def fresh_revocation(pdf: bytes, source: RevocationSource) -> Revocation | None:
    """Fresh data about the signers of `pdf`; None when there is nobody to ask about, or no answer to rely on."""
    try:
        known = source.known(embedded_certificates(pdf))
        return source.fetch(known) if known else None
    except (RevocationUnavailable, ValueError):  # then the document must stand on what it carries
        return None


def embedded_certificates(pdf: bytes) -> list[bytes]:
    """The certificates (DER) inside the signatures and signature timestamps of `pdf`; as many as can be read."""
    if len(pdf) > LARGEST_FILE:
        return []
    found: dict[bytes, None] = {}
    try:
        for field in signed_fields(pdf)[:MOST_SIGNATURES]:
            found |= dict.fromkeys(_certificates(cms.ContentInfo.load(field.contents)["content"]))
    except (Refused, ValueError, TypeError, KeyError, AttributeError):  # what is broken, validation will say
        pass
    return list(found)


def _certificates(signed_data: cms.SignedData) -> list[bytes]:
    found = [choice.chosen.dump() for choice in signed_data["certificates"]]
    for signer in signed_data["signer_infos"]:
        for attribute in signer["unsigned_attrs"] or ():
            if attribute["type"].native == "signature_time_stamp_token":
                found += [one for token in attribute["values"] for one in _certificates(token["content"])]
    return found
