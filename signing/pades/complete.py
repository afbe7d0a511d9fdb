"""Puts a signature value that was made elsewhere into its revision, as a CMS (RFC 5652) with its timestamp.

The value is checked first: a key store that returns garbage would otherwise ship an invalid licence.
"""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from signing.pades.attributes import (
    DATA,
    SIGNATURE_TIME_STAMP,
    attribute,
    issuer_and_serial,
)
from signing.pades.byte_range import digest_around, fill, is_empty, last_gap
from signing.pades.errors import (
    CertificateNotSuitable,
    DocumentNotSuitable,
    ReadyMadeRefused,
    SignatureValueWrong,
    TimestampWrong,
)
from signing.pades.ready_made import check_attributes
from signing.pades.token import token_facts
from signing.pki import der

SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
SHA256_WITH_RSA = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)
ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))


def complete(
    revision: bytes,
    attributes: bytes,
    value: bytes,
    certificate: bytes,
    chain: list[bytes],
    timestamp_token: bytes | None,
) -> bytes:
    """The signed revision: same length as `revision`, only the zeros of its gap replaced.

    `attributes` and `value` are what the key was asked and what it answered (RSA PKCS#1 v1.5 or ECDSA, with
    SHA-256); `timestamp_token` is DER of an RFC 3161 token over `value`, or None for a plain B-B signature.
    Raises SignatureValueWrong, TimestampWrong, CertificateNotSuitable, SignatureTooLarge or
    DocumentNotSuitable.
    """
    gap = last_gap(revision)
    if not is_empty(revision, gap):
        raise DocumentNotSuitable("The revision is signed already.")
    try:
        check_attributes(attributes, digest_around(revision, gap), certificate)
    except ReadyMadeRefused as error:
        raise SignatureValueWrong("The signed attributes are not those of this revision and certificate.") from error
    algorithm = check_value(attributes, value, certificate)
    if timestamp_token is not None and token_facts(timestamp_token).imprint != hashlib.sha256(value).digest():
        raise TimestampWrong("The timestamp is not over this signature value.")
    cms = _cms(attributes, value, algorithm, [certificate, *chain], timestamp_token)
    return fill(revision, gap, cms)


def check_value(attributes: bytes, value: bytes, certificate: bytes) -> bytes:
    """DER of the AlgorithmIdentifier under which `value` verifies; raises SignatureValueWrong when it does
    not.
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateNotSuitable(f"The certificate cannot be read: {error}.") from error
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(value, attributes, PKCS1v15(), hashes.SHA256())
            return SHA256_WITH_RSA
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(value, attributes, ECDSA(hashes.SHA256()))
            return ECDSA_WITH_SHA256
    except InvalidSignature as error:
        raise SignatureValueWrong("The signature value does not verify under the certificate.") from error
    raise CertificateNotSuitable("The certificate's key is neither RSA nor an elliptic curve's.")


def _cms(
    attributes: bytes,
    value: bytes,
    algorithm: bytes,
    certificates: list[bytes],
    timestamp_token: bytes | None,
) -> bytes:
    signer_info = [
        der.integer(1),
        issuer_and_serial(certificates[0]),
        SHA256,
        # the very octets that were signed; in their place they are tagged [0] instead of SET OF
        # (RFC 5652, 5.4)
        b"\xa0" + attributes[1:],
        algorithm,
        der.octets(value),
    ]
    if timestamp_token is not None:
        signer_info.append(der.explicit(1, attribute(SIGNATURE_TIME_STAMP, timestamp_token)))
    signed_data = der.sequence(
        der.integer(1),
        der.element(der.SET, SHA256),
        der.sequence(DATA),
        der.set_of(set(certificates), tag=0xA0),
        der.element(der.SET, der.sequence(*signer_info)),
    )
    return der.sequence(SIGNED_DATA, der.explicit(0, signed_data))
