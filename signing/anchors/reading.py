"""Reads the certificate that somebody wants to trust, strictly: one authority's, in PEM or DER, nothing more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from config.sentences import later, say
from signing.anchors.errors import CertificateNotAccepted
from signing.trust.path import is_authority

LARGEST = 20_000  # bytes
LEAST_RSA, LEAST_EC = 2048, 256  # bits
BEGIN = b"-----BEGIN CERTIFICATE-----"
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign"),
)
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
CLOSES = later("The file is not one certificate in PEM or DER, or is damaged.")
NOT_A_CA = later("This is not the certificate of an authority: it may not issue certificates.")


@dataclass(frozen=True)
class ReadCertificate:
    """An authority's certificate with what people compare before they trust it."""

    der: bytes
    sha256: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    usages: tuple[str, ...]
    key: str
    self_signed: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256 as it is printed: pairs of digits, parted by colons."""
        text = self.sha256.upper()
        return ":".join(text[place : place + 2] for place in range(0, len(text), 2))


def read_authority(content: bytes, at: datetime) -> ReadCertificate:
    """The certificate of an authority that is valid at `at`; raises CertificateNotAccepted with the reason."""
    certificate = _parsed(content)
    try:
        found = described(certificate)
        authority, usages = is_authority(certificate), _usages(certificate)
    except UNREADABLE as error:
        raise CertificateNotAccepted(CLOSES) from error
    if authority is None or (usages is not None and "key_cert_sign" not in usages):
        raise CertificateNotAccepted(NOT_A_CA)
    if not found.not_before <= at <= found.not_after:
        raise CertificateNotAccepted(later("The certificate has expired, or is not valid yet."))
    if fault := next(_weak(certificate), None):
        raise CertificateNotAccepted(say("The certificate's key is too weak or of an unknown kind: {key}.", key=fault))
    return found


def read_any(content: bytes) -> bytes:
    """The DER of one certificate in PEM or DER, whatever it may be used for; raises CertificateNotAccepted."""
    return _parsed(content).public_bytes(Encoding.DER)


def described(certificate: x509.Certificate) -> ReadCertificate:
    """What a certificate says; raises one of UNREADABLE for one whose parts cannot be read."""
    der = certificate.public_bytes(Encoding.DER)
    return ReadCertificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        usages=_usages(certificate) or (),
        key=_key(certificate),
        self_signed=_self_signed(certificate),
    )


def described_der(der: bytes) -> ReadCertificate:
    """What a certificate that was read before says."""
    return described(x509.load_der_x509_certificate(der))


def _parsed(content: bytes) -> x509.Certificate:
    if not content or len(content) > LARGEST:
        raise CertificateNotAccepted(CLOSES)
    try:
        if BEGIN not in content:
            return x509.load_der_x509_certificate(content)  # refuses what stands behind the certificate
        found = x509.load_pem_x509_certificates(content)
        if len(found) != 1 or content.count(b"-----BEGIN") != 1:
            raise CertificateNotAccepted(later("The file holds more than one certificate. Send the authority's alone."))
        return found[0]
    except UNREADABLE as error:
        raise CertificateNotAccepted(CLOSES) from error


def _usages(certificate: x509.Certificate) -> tuple[str, ...] | None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return tuple(name for name in USAGES if getattr(usage, name))


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, RSAPublicKey):
        return f"RSA {key.key_size}"
    return f"{key.curve.name} {key.key_size}" if isinstance(key, EllipticCurvePublicKey) else type(key).__name__


def _weak(certificate: x509.Certificate) -> Iterator[str]:
    key = certificate.public_key()
    strong = (isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA) or (
        isinstance(key, EllipticCurvePublicKey) and key.key_size >= LEAST_EC
    )
    if not strong:
        yield _key(certificate)


def _self_signed(certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificate)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True
