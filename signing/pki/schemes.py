"""How our services sign with their keys: RSA PKCS #1 v1.5, RSA-PSS (RFC 4056), ECDSA (RFC 5754), with SHA-256."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.pki import der
from signing.pki.authority import PrivateKey
from signing.pki.errors import KeyFolderUnusable

SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
SHA256_WITH_RSA = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)
ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
SALT = 32  # octets, as many as the digest has
_MGF1 = der.sequence(der.oid("1.2.840.113549.1.1.8"), der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL))
RSA_PSS = der.sequence(
    der.oid("1.2.840.113549.1.1.10"),
    der.sequence(
        der.explicit(0, der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL)),
        der.explicit(1, _MGF1),
        der.explicit(2, der.integer(SALT)),
    ),
)


@dataclass(frozen=True)
class Scheme:
    """DER of the AlgorithmIdentifier, and what makes a value over octets."""

    algorithm: bytes
    sign: Callable[[bytes], bytes]


def scheme_of(key: PrivateKey, *, pss: bool = False) -> Scheme:
    """The scheme of a key; `pss` counts for RSA alone. Raises KeyFolderUnusable for other kinds of key."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return Scheme(ECDSA_WITH_SHA256, lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())))
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyFolderUnusable("The key is of a kind that a service cannot sign with.")
    if pss:
        filled = padding.PSS(padding.MGF1(hashes.SHA256()), SALT)
        return Scheme(RSA_PSS, lambda data: key.sign(data, filled, hashes.SHA256()))
    return Scheme(SHA256_WITH_RSA, lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
