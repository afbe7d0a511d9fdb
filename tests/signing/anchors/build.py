"""Somebody else's authority with an issuing one below it, a signer, and documents that the signer signed."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@dataclass(frozen=True)
class Others:
    """Root, issuing authority and signer; `url` is what their certificates say about where to ask."""

    root: Holder
    issuing: Holder
    signer: Holder

    def crl(self, which: Holder, at: datetime, revoked: tuple[int, ...] = (), days: int = 7) -> bytes:
        """A list of an authority, made at `at`."""
        builder = x509.CertificateRevocationListBuilder(which.certificate.subject, at, at + timedelta(days=days))
        for serial in revoked:
            entry = x509.RevokedCertificateBuilder(serial, at - timedelta(hours=1)).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(which.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def signed(self) -> bytes:
        """A letter that the signer signed, without a timestamp and without revocation data."""
        out = BytesIO()
        letter = pikepdf.new()
        letter.add_blank_page()
        letter.save(out)
        der, pkcs8 = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
        key = self.signer.key.private_bytes(der, pkcs8, serialization.NoEncryption())
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([asn1_x509.Certificate.load(self.issuing.der)])
        signer = SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(self.signer.der),
            signing_key=keys.PrivateKeyInfo.load(key),
            cert_registry=store,
        )
        writer = IncrementalPdfFileWriter(BytesIO(out.getvalue()))
        return bytes(sign_pdf(writer, PdfSignatureMetadata(field_name="Signature1"), signer).getbuffer())


@functools.cache
def others(url: str = "http://127.0.0.1:1") -> Others:
    """An authority whose certificates say that `url` knows what is revoked and who issued them."""
    root = _made("Another root", None, url, authority=True)
    issuing = _made("Another issuing authority", root, url, authority=True)
    return Others(root, issuing, _made("Somebody Else", issuing, url, authority=False))


def _made(name: str, issuer: Holder | None, url: str, *, authority: bool) -> Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = issuer or Holder(None, key)  # type: ignore[arg-type]  # a root has nobody above it
    usage = {"digital_signature": not authority, "content_commitment": not authority}
    others_off = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    builder = (
        x509.CertificateBuilder(above.certificate.subject if issuer else subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.KeyUsage(**usage, **others_off, key_cert_sign=authority, crl_sign=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), critical=False)
    )
    if issuer is not None:
        place = x509.UniformResourceIdentifier
        access, points = (
            AuthorityInformationAccessOID,
            [x509.DistributionPoint([place(f"{url}/crl")], None, None, None)],
        )
        asked = [
            x509.AccessDescription(access.OCSP, place(f"{url}/ocsp")),
            x509.AccessDescription(access.CA_ISSUERS, place(f"{url}/issuer.cer")),
        ]
        builder = builder.add_extension(x509.AuthorityInformationAccess(asked), critical=False)
        builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    return Holder(builder.sign(above.key, hashes.SHA256()), key)
