"""The gap that a signature leaves for itself: everything of a revision is covered but `<hex digits>` of
/Contents.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from signing.pades.errors import DocumentNotSuitable, SignatureTooLarge

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0 (\d{1,10}) (\d{1,10}) (\d{1,10})\s*\]")


@dataclass(frozen=True)
class Gap:
    """Offsets of the opening `<` and of the octet after the closing `>` of a signature's /Contents."""

    start: int
    end: int

    @property
    def room(self) -> int:
        """How many octets of DER fit in."""
        return (self.end - self.start - 2) // 2


def last_gap(revision: bytes) -> Gap:
    """The gap of the signature that closes `revision`; raises DocumentNotSuitable when none covers it to
    its end.
    """
    for match in reversed(list(BYTE_RANGE.finditer(revision))):
        start, end, length = (int(number) for number in match.groups())
        framed = start < end and revision[start : start + 1] == b"<" and revision[end - 1 : end] == b">"
        if end + length == len(revision) and framed:
            return Gap(start, end)
    raise DocumentNotSuitable("The revision does not end with a prepared signature.")


def digest_around(revision: bytes, gap: Gap) -> bytes:
    """SHA-256 of all octets but the gap's."""
    view = memoryview(revision)
    digest = hashlib.sha256(view[: gap.start])
    digest.update(view[gap.end :])
    return digest.digest()


def is_empty(revision: bytes, gap: Gap) -> bool:
    """True while only zeros stand in the gap."""
    return not revision[gap.start + 1 : gap.end - 1].strip(b"0")


def fill(revision: bytes, gap: Gap, content: bytes) -> bytes:
    """`revision` with `content` written into its gap, padded with zeros; same length as before."""
    if len(content) > gap.room:
        raise SignatureTooLarge(f"The signature has {len(content)} bytes; the revision keeps {gap.room} for it.")
    digits = content.hex().encode("ascii").ljust(gap.room * 2, b"0")
    return b"".join((revision[: gap.start + 1], digits, revision[gap.end - 1 :]))
