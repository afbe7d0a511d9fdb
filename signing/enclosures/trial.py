"""Whether a document can go out under a seal, found by doing it: with a key that is thrown away, and then validated."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.enclosures.apart import check_revision, revision_of
from signing.enclosures.blank import blank_page
from signing.enclosures.errors import TOO_MUCH, EnclosureNotSuitable
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, last_gap
from signing.pades.complete import complete
from signing.pades.enclosures import NO_SEAL
from signing.pades.errors import DocumentNotSuitable
from signing.pades.marks import HEIGHT, WIDTH
from signing.trust.anchors import TrustStore
from signing.validation.apart import validate_apart
from signing.validation.report import TOO_COMPLEX, Verdict

NOBODY = TrustStore(()).for_any_issuer()


def check_can_be_sealed(pdf: bytes, at: datetime) -> None:
    """Raise EnclosureNotSuitable with what to do about it, unless the sealed document will be found valid."""
    revision = revision_of(pdf, blank_page(WIDTH, HEIGHT), at)
    try:
        check_revision(len(pdf), revision)
    except EnclosureNotSuitable as error:
        raise EnclosureNotSuitable(NO_SEAL) from error
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, at)
    try:
        attributes = signed_attributes(digest_around(revision, last_gap(revision)), certificate)
        value = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        sealed = complete(revision, attributes, value, certificate, [], None)
    except DocumentNotSuitable as error:
        raise EnclosureNotSuitable(NO_SEAL) from error
    report = validate_apart(sealed, NOBODY, at)
    if report.verdict is not Verdict.VALID:
        raise EnclosureNotSuitable(TOO_MUCH if TOO_COMPLEX in report.reasons else NO_SEAL)


def _certificate(key: ec.EllipticCurvePrivateKey, at: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nobody")])
    building = x509.CertificateBuilder(
        name, name, key.public_key(), 1, at - timedelta(hours=1), at + timedelta(hours=1)
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    signed = building.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    return signed.public_bytes(Encoding.DER)
