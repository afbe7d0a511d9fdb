"""What a key service returns is verified before it is given on: garbage must never get as far as a document."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from signing.keys.errors import KeyUnusable

SHA256 = Prehashed(hashes.SHA256())


def verified(value: bytes, digest: bytes, certificate: bytes) -> bytes:
    """The value over a SHA-256 digest as SigningKey.sign gives it: ECDSA in DER, whatever form it came in.

    KeyUnusable: it is not a signature of the certificate's key over this digest.
    """
    key = public_key(certificate)
    for form in _forms(value, key):
        try:
            if isinstance(key, RSAPublicKey):
                key.verify(form, digest, PKCS1v15(), SHA256)
            else:
                key.verify(form, digest, ECDSA(SHA256))
        except InvalidSignature:
            continue
        return form
    raise KeyUnusable("What came back is not a signature of this key over what was asked.")


def public_key(certificate: bytes) -> RSAPublicKey | EllipticCurvePublicKey:
    """The key of a DER certificate, if it is of a kind that we sign with (KeyUnusable)."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise KeyUnusable("The certificate's key is neither RSA nor an elliptic curve's.")
    return key


def _forms(value: bytes, key: RSAPublicKey | EllipticCurvePublicKey) -> Iterator[bytes]:
    """The value as it is; and for ECDSA, where services differ, r and s side by side (P1363) as a sequence (DER)."""
    yield value
    if isinstance(key, EllipticCurvePublicKey) and len(value) == 2 * ((key.key_size + 7) // 8):
        half = len(value) // 2
        r, s = int.from_bytes(value[:half]), int.from_bytes(value[half:])
        yield encode_dss_signature(r, s)
