"""What a confined child is asked, what it asks back, what it answers. The document itself follows the question."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.plain import from_bytes, to_bytes
from signing.trust.anchors import TrustStore
from signing.trust.revocation import Revocation
from signing.validation.report import Report

LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Attachment:
    """A file in the document, by its name and the schema that its JSON says that it has."""

    name: str
    schema: str


@dataclass(frozen=True)
class Question:
    """What `validate` is asked besides the document.

    With `fetch` fresh revocation data is asked for meanwhile, in place of `revocation`. With `attachment` the answer
    says too what was seen of the document.
    """

    trust: TrustStore
    at: datetime
    revocation: Revocation | None = None
    may_be_unsigned: frozenset[str] = field(default_factory=frozenset)
    fetch: bool = False
    attachment: Attachment | None = None

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


@dataclass(frozen=True)
class Place:
    """Where the hexadecimal digits of something stand in the file."""

    start: int
    end: int


@dataclass(frozen=True)
class SealPlaces:
    """The one signature in the field "Seal": what it covers, where value and certificate stand, the text of blanks."""

    byte_range: tuple[int, ...]
    value: Place
    certificate: Place
    filled: Mapping[str, str | None]


@dataclass(frozen=True)
class Seen:
    """What was seen of a document besides its verdict. `carries`: the attachment that was asked about is in it."""

    seal: SealPlaces | None = None
    carries: bool = False


@dataclass(frozen=True)
class Wanted:
    """Something of our own responder: a revocation list by its name, or what it says of one certificate (OCSP).

    A certificate is named by the SHA-256 of its issuer's name and key and by its number, as octets.
    """

    name: str | None = None
    issuer_name: bytes = b""
    issuer_key: bytes = b""
    serial: bytes = b""
    nonce: bytes = b""


@dataclass(frozen=True)
class Meanwhile:
    """What a child says before its answer: what it has seen, or what it wants."""

    seen: Seen | None = None
    wanted: Wanted | None = None


@dataclass(frozen=True)
class Answer:
    """The report; which certificates in the document are from our roots (SHA-256 each); `carries` as in `Seen`."""

    report: Report
    from_our_roots: frozenset[bytes] = field(default_factory=frozenset)
    carries: bool = False
