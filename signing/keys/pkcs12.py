"""Keys in PKCS #12 files (RFC 7292), for installations without cards or a security module."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from signing.keys.errors import KeyUnusable, WrongPin
from signing.keys.protocol import KeyInfo


@dataclass(frozen=True)
class Pkcs12Key:
    """A key that was loaded once and signs as often as it is asked."""

    name: str
    info: KeyInfo
    _key: RSAPrivateKey | EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        """See SigningKey. ECDSA is deterministic (RFC 6979): the same question has the same answer."""
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ECDSA(hashes.SHA256(), deterministic_signing=True))

    def close(self) -> None:
        """Nothing to end: whoever opened the key forgets it."""


def open_pkcs12(path: Path, password: str) -> Pkcs12Key:
    """Open a file; raises WrongPin when the password does not fit, KeyUnusable for everything else."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyUnusable(f"{path.name}: cannot be read.") from error
    try:
        packed = pkcs12.load_pkcs12(content, password.encode())
    except ValueError as error:
        # One error for a wrong password and for damage; a file that never was PKCS #12 starts otherwise.
        if "password" in str(error).lower():
            raise WrongPin("The PIN does not open the key.") from None
        raise KeyUnusable(f"{path.name}: is not a PKCS #12 file.") from error
    if packed.cert is None or not isinstance(packed.key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyUnusable(f"{path.name}: holds no RSA or elliptic curve key with its certificate.")
    certificate = packed.cert.certificate
    if packed.key.public_key() != certificate.public_key():
        raise KeyUnusable(f"{path.name}: key and certificate do not belong together.")
    above = [extra.certificate.public_bytes(Encoding.DER) for extra in packed.additional_certs]
    return Pkcs12Key(path.stem, KeyInfo(certificate.public_bytes(Encoding.DER), above), packed.key)
