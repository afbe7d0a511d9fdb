"""What a confined child is asked about a document of others, and what it answers; its answers are not believed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

from config.plain import from_bytes, to_bytes

LENGTH = struct.Struct(">I")
DONE, REFUSED = b"D", b"N"


@dataclass(frozen=True)
class Wanted:
    """`stamp` and `at`: the revision of the document with an empty seal is wanted.

    `size`: the document is a revision, and whether it adds a seal alone to its first `size` bytes is asked.
    `certificates`, `lists` and `answers` (DER each): the revision with this evidence and an empty timestamp is wanted.
    """

    stamp: bytes | None = None
    at: datetime | None = None
    size: int | None = None
    certificates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()

    def about(self, pdf: bytes) -> bytes:
        """Both as one message."""
        head = to_bytes(self)
        return LENGTH.pack(len(head)) + head + pdf

    @staticmethod
    def taken_apart(message: bytes) -> tuple[Wanted, bytes]:
        """What is wanted, and the document, in a message made by `about`."""
        (length,) = LENGTH.unpack_from(message)
        start = LENGTH.size + length
        return from_bytes(Wanted, message[LENGTH.size : start]), message[start:]
