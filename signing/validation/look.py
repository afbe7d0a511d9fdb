"""What a confined child sees of a document besides the verdict: its seal, its certificates, what is attached to it.

Nobody else may look: strangers' files are opened in a confined child alone. It says where things stand in the file, so
that who asks can take them from there and need not believe what they are.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TypeVar

import pikepdf
from asn1crypto import cms

from signing.pades.blanks import values_in
from signing.pades.certificates import certificates_in
from signing.pades.digest import SignedField, signed_fields_in, signer_certificate
from signing.pades.fields import SEAL
from signing.validation.question import Attachment, Place, SealPlaces, Seen

T = TypeVar("T")
LARGEST = 1_000_000  # bytes of an attachment that are looked into, unpacked
FLATE = (pikepdf.Name.FlateDecode, pikepdf.Array([pikepdf.Name.FlateDecode]))


def look(pdf: bytes, attachment: Attachment | None) -> tuple[Seen, list[bytes]]:
    """What a strict reader sees, and the certificates (DER) in the signatures; never raises."""
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            carries = attachment is not None and _tried(lambda: _carries(document, attachment), False)
            fields = _tried(lambda: signed_fields_in(document), list[SignedField]())
            blanks = _tried(lambda: values_in(document.Root.get("/AcroForm")), None)
    except Exception:  # qpdf raises whatever a damaged file provokes
        return Seen(), []
    seal = None if blanks is None else _tried(lambda: _seal(pdf, fields, blanks), None)
    return Seen(seal, carries), _tried(lambda: certificates_in(fields), list[bytes]())


def carries_damaged(pdf: bytes, attachment: Attachment) -> bool:
    """Whether a file that must be repaired before it can be read has the attachment; never raises."""
    try:
        with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
            return _carries(document, attachment)
    except Exception:  # as above
        return False


def _tried(work: Callable[[], T], otherwise: T) -> T:
    try:
        return work()
    except Exception:  # as above
        return otherwise


def _seal(pdf: bytes, fields: list[SignedField], blanks: Mapping[str, str | None]) -> SealPlaces | None:
    (field,) = [one for one in fields if one.name == SEAL]
    _, first, second, _ = field.byte_range
    signed_data = cms.ContentInfo.load(field.contents)["content"]
    (signer,) = signed_data["signer_infos"]
    value = _place(pdf, first, second, signer["signature"].native)
    certificate = _place(pdf, first, second, signer_certificate(signed_data, signer))
    return SealPlaces(field.byte_range, value, certificate, blanks)


def _place(pdf: bytes, first: int, second: int, content: bytes) -> Place:
    """Raises ValueError where these digits do not stand as a whole, in one case of letters."""
    digits = content.hex().encode()
    start = max(pdf.find(digits, first, second), pdf.find(digits.upper(), first, second))
    if start < 0 or not content:
        raise ValueError("it does not stand in what the signature leaves out")
    return Place(start, start + len(digits))


def _carries(document: pikepdf.Pdf, attachment: Attachment) -> bool:
    attached = document.attachments.get(attachment.name)
    content = beginning(attached.get_file().obj) if attached is not None else b""
    if attachment.schema.encode() in content:
        return True
    value, _ = json.JSONDecoder().raw_decode(content.decode(errors="replace"))
    return bool(value.get("schema") == attachment.schema)


def beginning(stream: pikepdf.Object) -> bytes:
    """The first bytes of a stream: never more is unpacked, however large it claims or turns out to be."""
    raw, packed = stream.read_raw_bytes(), stream.get("/Filter")
    if packed is None:
        return raw[:LARGEST]
    return zlib.decompressobj().decompress(raw, LARGEST) if packed in FLATE else b""
