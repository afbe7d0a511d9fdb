"""What a confined child is asked about a signature beside a document, or inside an XML."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

from config.plain import from_bytes, to_bytes
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation

LENGTHS = struct.Struct(">II")


@dataclass(frozen=True)
class DetachedQuestion:
    """What `validate_detached` is asked; `beside` tells whether a content was given, which may be empty."""

    trust: TrustStore
    at: datetime
    revocation: Revocation | None = None
    beside: bool = False

    def about(self, signature: bytes, content: bytes | None) -> bytes:
        """All three as one message; `beside` has to fit."""
        head = to_bytes(self)
        return LENGTHS.pack(len(head), len(signature)) + head + signature + (content or b"")

    @staticmethod
    def taken_apart(message: bytes) -> tuple[DetachedQuestion, bytes, bytes | None]:
        """The question, the signature and the content in a message made by `about`."""
        head, signature = LENGTHS.unpack_from(message)
        asked = from_bytes(DetachedQuestion, message[LENGTHS.size : (start := LENGTHS.size + head)])
        content = message[start + signature :] if asked.beside else None
        return asked, message[start : start + signature], content
