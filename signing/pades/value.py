"""The raw value of a signature that was made elsewhere, brought into the one form that a CMS holds."""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from signing.pades.complete import check_value
from signing.pades.errors import CertificateNotSuitable, SignatureValueWrong

LONGEST_VALUE = 2_048  # bytes; RSA with 16,384 bits
CODE_DIGITS = 6


def verified_value(attributes: bytes, value: bytes, certificate: bytes) -> bytes:
    """The value as it is embedded, once it verifies over the attributes; anything else is SignatureValueWrong.

    Tokens give ECDSA either as a DER sequence or as two numbers side by side (PKCS #11, 2.3.1); both are taken.
    """
    if not 0 < len(value) <= LONGEST_VALUE:
        raise SignatureValueWrong("The signature value does not verify under the certificate.")
    try:
        check_value(attributes, value, certificate)
    except SignatureValueWrong:
        plain = _from_plain(value, certificate)
        if plain is None:
            raise
        check_value(attributes, plain, certificate)
        return plain
    return value


def control_code(attributes: bytes) -> str:
    """Six digits of what is signed, to be compared on two screens: a telephone that shows others signs other things."""
    number = int.from_bytes(hashlib.sha256(attributes).digest())
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def _from_plain(value: bytes, certificate: bytes) -> bytes | None:
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateNotSuitable(f"The certificate cannot be read: {error}.") from error
    if not isinstance(key, EllipticCurvePublicKey) or len(value) != 2 * ((key.key_size + 7) // 8):
        return None
    half = len(value) // 2
    return encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))
