"""What tells one key from another, whatever it is called and whoever certified it."""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def spki(key: PublicKeyTypes) -> bytes:
    """The public half (DER, SubjectPublicKeyInfo; RFC 5280, 4.1.2.7)."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def mark_of_key(key: PublicKeyTypes) -> str:
    """SHA-256 (hex) of a public half."""
    return hashlib.sha256(spki(key)).hexdigest()


def mark_of(certificate: x509.Certificate) -> str:
    """SHA-256 (hex) of the public half in a certificate: the same in every certificate over one key."""
    return mark_of_key(certificate.public_key())
