"""A few lines of DER (X.690), because a CMS built with asn1crypto costs eight times its signature."""

from collections.abc import Iterable
from datetime import UTC, datetime

SEQUENCE, SET, OCTETS, INTEGER, GENERALIZED_TIME = 0x30, 0x31, 0x04, 0x02, 0x18
NULL = b"\x05\x00"


def element(tag: int, *content: bytes) -> bytes:
    """One element: tag, definite length, content."""
    body = b"".join(content)
    length = len(body)
    if length < 0x80:
        return bytes((tag, length)) + body
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size) + body


def sequence(*content: bytes) -> bytes:
    """A SEQUENCE of encoded elements."""
    return element(SEQUENCE, *content)


def set_of(content: Iterable[bytes], tag: int = SET) -> bytes:
    """A SET OF in DER order; `tag` for an implicit one."""
    return element(tag, *sorted(content))


def octets(data: bytes) -> bytes:
    """An OCTET STRING."""
    return element(OCTETS, data)


def bits(data: bytes) -> bytes:
    """A BIT STRING of whole octets."""
    return element(0x03, b"\0", data)


def enumerated(value: int) -> bytes:
    """An ENUMERATED from 0 to 127."""
    return element(0x0A, bytes((value,)))


def integer(value: int) -> bytes:
    """An INTEGER of any size and sign."""
    size = (value.bit_length() if value >= 0 else (-value - 1).bit_length()) // 8 + 1
    return element(INTEGER, value.to_bytes(size, signed=True))


def explicit(number: int, *content: bytes) -> bytes:
    """A constructed context tag around encoded elements."""
    return element(0xA0 | number, *content)


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return element(0x06, b"".join(_arc(arc) for arc in (first * 40 + second, *rest)))


def generalized_time(at: datetime) -> bytes:
    """A GeneralizedTime in whole seconds, UTC (RFC 5280, 4.1.2.5.2)."""
    return element(GENERALIZED_TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def _arc(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(0x80 | value & 0x7F)
    return bytes(reversed(parts))
