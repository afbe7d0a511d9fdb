"""Reads what is needed of an RFC 3161 timestamp token; whether to believe it is for its client and for
validation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms

from signing.pades.errors import TimestampWrong


@dataclass(frozen=True)
class TokenFacts:
    """SHA-256 that the token is over, its time, and the certificates inside (DER)."""

    imprint: bytes
    time: datetime
    certificates: list[bytes]


def token_facts(token: bytes) -> TokenFacts:
    """What `token` (DER of a TimeStampToken) says; raises TimestampWrong when it cannot be read."""
    try:
        signed_data = cms.ContentInfo.load(token, strict=True)["content"]
        info = signed_data["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != "sha256":
            raise TimestampWrong("The timestamp is not over a SHA-256 digest.")
        certificates = [choice.chosen.dump() for choice in signed_data["certificates"]]
        return TokenFacts(imprint["hashed_message"].native, info["gen_time"].native, certificates)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise TimestampWrong(f"The timestamp cannot be read: {error}.") from error
