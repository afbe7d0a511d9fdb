"""Documents of somebody else's program: signed by approval, which certifies nothing, and changed afterwards."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.pki.build import pki
from tests.signing.validation.attacks import updated

PLAIN = serialization.NoEncryption()


def approved(pdf: bytes) -> bytes:
    """`pdf` with a signature of somebody else's program, which certifies nothing."""
    who = pki().official
    key = who.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, PLAIN)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(asn1_x509.Certificate.load(one) for one in who.chain_der)
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(who.certificate_der),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=store,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    return bytes(sign_pdf(writer, PdfSignatureMetadata(field_name="Approval"), signer).getbuffer())


def turned(pdf: bytes) -> bytes:
    """`pdf` with one more revision, in which its first page lies on its side."""

    def change(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Rotate"] = generic.NumberObject(90)  # type: ignore[no-untyped-call]
        writer.update_container(page)

    return updated(pdf, change)
