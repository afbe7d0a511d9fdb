"""What a page of ours said about a document, sealed: whoever reports the document can neither invent nor change it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.errors import RuleBroken
from config.plain import Malformed, from_bytes, to_bytes
from config.sentences import later

GOOD_FOR = timedelta(hours=24)
NO_LICENCE = "no_licence"  # beside the findings: no licence has this register code
DIGEST = hashlib.sha256().digest_size
LONGEST = 1000


class VerdictTooOld(RuleBroken):
    """The page is from yesterday, or not from us; it must be checked again."""


@dataclass(frozen=True)
class Evidence:
    """The finding and its colour, the register code if there is one, the file's SHA-256 if there was one, and when."""

    finding: str
    colour: str
    register_code: str | None
    sha256: str | None
    checked_at: datetime


def sealed(evidence: Evidence, secret: str) -> str:
    """The evidence as a text for a form."""
    content = to_bytes(evidence)
    return base64.urlsafe_b64encode(_mark(content, secret) + content).decode()


def opened(text: str, secret: str, now: datetime) -> Evidence:
    """What `sealed` was given, within a day; raises VerdictTooOld for anything else."""
    try:
        raw = base64.urlsafe_b64decode(text[:LONGEST])
        if not hmac.compare_digest(raw[:DIGEST], _mark(raw[DIGEST:], secret)):
            raise Malformed
        found = from_bytes(Evidence, raw[DIGEST:])
    except (binascii.Error, ValueError) as error:
        raise VerdictTooOld(later("This page is too old. Check the document again, and report it then.")) from error
    if not found.checked_at <= now <= found.checked_at + GOOD_FOR:
        raise VerdictTooOld(later("This page is too old. Check the document again, and report it then."))
    return found


def _mark(content: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"evidence of a verdict " + content, hashlib.sha256)
