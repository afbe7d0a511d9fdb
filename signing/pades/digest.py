"""What the registry keeps of a sealed document, so that neither bytes nor signature can be swapped under
its record.

A foreign or zeroed CMS over the same bytes leaves the covered digest unchanged; that is why value and
certificate are part of the record as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
from asn1crypto import cms

from signing.pades.blanks import blanks_of
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import SEAL

DOCUMENT_TIMESTAMP = "/ETSI.RFC3161"
UNREADABLE = (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError)


@dataclass(frozen=True)
class SealFacts:
    """SHA-256 digests of the covered bytes, of the signature value and of the certificate (DER) of the seal.

    `sealed_revision` is the document up to the end of the seal's revision: without what was added later; `filled` what
    stands in the document's blanks, by name (None: nothing).
    """

    byte_range_digest: bytes
    signature_value_sha256: bytes
    certificate_sha256: bytes
    sealed_revision: bytes
    filled: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class SignedField:
    """One filled signature field: /SubFilter, the four numbers of /ByteRange, and /Contents with its zeros."""

    name: str
    kind: str
    byte_range: tuple[int, ...]
    contents: bytes


def seal_facts(pdf: bytes) -> SealFacts:
    """The facts of the field "Seal"; says nothing about validity. Raises DocumentNotSuitable without one."""
    return signature_facts(pdf, SEAL)


def signature_facts(pdf: bytes, name: str) -> SealFacts:
    """The same facts of the signature in the field `name`."""
    found = [signed for signed in signed_fields(pdf) if signed.name == name]
    if len(found) != 1:
        raise DocumentNotSuitable(f"The document has {len(found)} signatures {name!r} instead of one.")
    try:
        start, first, second, length = found[0].byte_range
        if start != 0 or not first < second < second + length <= len(pdf):
            raise DocumentNotSuitable("The signature's byte range is not that of a revision.")
        signed_data = cms.ContentInfo.load(found[0].contents)["content"]
        (signer,) = signed_data["signer_infos"]
        return SealFacts(
            hashlib.sha256(pdf[:first] + pdf[second : second + length]).digest(),
            hashlib.sha256(signer["signature"].native).digest(),
            hashlib.sha256(signer_certificate(signed_data, signer)).digest(),
            pdf[: second + length],
            blanks_of(pdf),
        )
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The signature {name!r} cannot be read: {error}.") from error


def signed_fields(pdf: bytes) -> list[SignedField]:
    """Every filled signature field at the top of the form, in the form's order.

    By qpdf, because pyHanko takes 15 ms to read the hex digits of one seal. Raises DocumentNotSuitable.
    """
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            return signed_fields_in(document)
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The document's form cannot be read: {error}.") from error


def signed_fields_in(document: pikepdf.Pdf) -> list[SignedField]:
    """The same of an opened document; raises whatever of UNREADABLE its form provokes."""
    fields = [field for field in document.Root.AcroForm.Fields if field.get("/FT") == "/Sig" and "/V" in field]
    return [_signed_field(field) for field in fields]


def signer_certificate(signed_data: cms.SignedData, signer: cms.SignerInfo) -> bytes:
    """DER of the certificate that the signer's identifier names; raises DocumentNotSuitable without it."""
    wanted = signer["sid"].chosen
    for choice in signed_data["certificates"]:
        body = choice.chosen["tbs_certificate"]
        same_serial = body["serial_number"].native == wanted["serial_number"].native
        if same_serial and body["issuer"].dump() == wanted["issuer"].dump():
            found: bytes = choice.chosen.dump()
            return found
    raise DocumentNotSuitable("The signer's certificate is not in the signature.")


def _signed_field(field: pikepdf.Object) -> SignedField:
    signature = field.V
    return SignedField(
        str(field.T),
        str(signature.SubFilter),
        tuple(int(number) for number in signature.ByteRange),
        bytes(signature.Contents),
    )
