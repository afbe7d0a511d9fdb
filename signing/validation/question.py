"""What a confined child is asked: everything that a verdict depends on, and then the document itself."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import datetime

from config.plain import from_bytes, to_bytes
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation

LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Question:
    """What `validate` is asked besides the document."""

    trust: TrustStore
    at: datetime
    revocation: Revocation | None = None
    may_be_unsigned: frozenset[str] = field(default_factory=frozenset)

    def about(self, pdf: bytes) -> bytes:
        """Both as one message."""
        head = to_bytes(self)
        return LENGTH.pack(len(head)) + head + pdf

    @staticmethod
    def taken_apart(message: bytes) -> tuple[Question, bytes]:
        """The question and the document in a message made by `about`."""
        (length,) = LENGTH.unpack_from(message)
        start = LENGTH.size + length
        return from_bytes(Question, message[LENGTH.size : start]), message[start:]
