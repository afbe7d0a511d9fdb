"""The signed attributes: what an official or an agency really signs (ETSI EN 319 122-1, 5; EN 319 142-1,
6.3).

Exactly three: content-type, message-digest, signing-certificate-v2. No signing-time, which PAdES forbids
beside /M.
"""

from __future__ import annotations

import hashlib

from asn1crypto import x509

from signing.pades.errors import CertificateNotSuitable
from signing.pki import der

CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
SIGNATURE_TIME_STAMP = der.oid("1.2.840.113549.1.9.16.2.14")
DATA = der.oid("1.2.840.113549.1.7.1")


def signed_attributes(digest: bytes, certificate: bytes) -> bytes:
    """DER of the SET OF attributes over `digest` (SHA-256 of the covered bytes), bound to `certificate`
    (DER).

    This is what the key signs. Raises CertificateNotSuitable when the certificate cannot be read.
    """
    bound = der.sequence(  # ESSCertIDv2, its hash algorithm being the default, SHA-256
        der.octets(hashlib.sha256(certificate).digest()), _issuer_serial_general(certificate)
    )
    return der.set_of(
        [
            attribute(CONTENT_TYPE, DATA),
            attribute(MESSAGE_DIGEST, der.octets(digest)),
            attribute(SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(bound))),
        ]
    )


def attribute(kind: bytes, value: bytes) -> bytes:
    """One CMS attribute with one value; both arguments are DER."""
    return der.sequence(kind, der.element(der.SET, value))


def issuer_and_serial(certificate: bytes) -> bytes:
    """IssuerAndSerialNumber of `certificate`, the issuer's name octet for octet as it stands there."""
    issuer, serial = _names(certificate)
    return der.sequence(issuer, serial)


def _issuer_serial_general(certificate: bytes) -> bytes:
    issuer, serial = _names(certificate)
    return der.sequence(der.sequence(der.explicit(4, issuer)), serial)


def _names(certificate: bytes) -> tuple[bytes, bytes]:
    try:
        body = x509.Certificate.load(certificate, strict=True)["tbs_certificate"]
        return body["issuer"].dump(), body["serial_number"].dump()
    except (ValueError, TypeError) as error:
        raise CertificateNotSuitable(f"The certificate cannot be read: {error}.") from error
