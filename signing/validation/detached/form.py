"""What kind of file a signature is, by its first octets, and the octets of it that count."""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum

from signing.validation.detached.verdict import Unreadable

PEM = re.compile(rb"\s*-----BEGIN (PKCS7|CMS)-----\s+([A-Za-z0-9+/=\s]+)-----END \1-----\s*", re.ASCII)
SEQUENCE = 0x30
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Form(StrEnum):
    CMS = "cms"
    XML = "xml"


def form_of(signature: bytes) -> tuple[Form, bytes]:
    """The kind and, of a CMS, its DER; raises Unreadable for anything else."""
    if signature.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] == b"<":
        return Form.XML, signature
    if signature[:1] == bytes([SEQUENCE]):
        return Form.CMS, signature
    armoured = PEM.fullmatch(signature)
    try:
        octets = base64.b64decode(b"".join((armoured[2] if armoured else signature).split()), validate=True)
    except binascii.Error:
        octets = b""
    if octets[:1] != bytes([SEQUENCE]):
        raise Unreadable("The file is neither a CMS nor an XML.")
    return Form.CMS, octets


def is_other_signature(content: bytes) -> bool:
    """Whether a file may be a signature of these kinds rather than a PDF."""
    if b"%PDF-" in content[:1024]:
        return False
    try:
        form_of(content)
    except Unreadable:
        return False
    return True
