"""Reads certificate requests (PKCS #10, RFC 2986): proof that the key is held, and a key that is strong enough.

Nothing else of a request counts: names and uses come from the authority's own options.
"""

import math

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from signing.pki.errors import CertificateRequestRefused

LARGEST = 65_536  # bytes
RSA_BITS = (2048, 8192)  # weaker ones break (ETSI TS 119 312, 6.2), larger ones only cost everybody time
LEAST_EXPONENT = 65_537  # FIPS 186-5, A.1.1
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
DIGESTS = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
SMALL_PRIMES = math.prod(n for n in range(3, 1000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2)))


def read_request(data: bytes) -> CertificatePublicKeyTypes:
    """The public key of a request, PEM or DER (CertificateRequestRefused)."""
    if len(data) > LARGEST:
        raise CertificateRequestRefused("The certificate request is too long.")
    try:
        pem = b"-----BEGIN" in data
        request = x509.load_pem_x509_csr(data) if pem else x509.load_der_x509_csr(data)
        proven, digest, key = request.is_signature_valid, request.signature_hash_algorithm, request.public_key()
    except Exception as error:  # the library raises whatever a damaged request provokes
        raise CertificateRequestRefused("This is not a certificate request, or its key is of no known kind.") from error
    if not proven:
        raise CertificateRequestRefused("The request is not signed with the key that is in it.")
    if not isinstance(digest, DIGESTS):
        raise CertificateRequestRefused("The request is signed with a digest that is not accepted.")
    check_key(key)
    return key


def check_key(key: object) -> None:
    """Refuse a key that is weak or of an unknown kind (CertificateRequestRefused)."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        if not isinstance(key.curve, CURVES):
            raise CertificateRequestRefused(f"The curve {key.curve.name} is not accepted.")
        return
    if not isinstance(key, rsa.RSAPublicKey):
        raise CertificateRequestRefused("Only RSA and elliptic curve keys get certificates.")
    numbers = key.public_numbers()
    if not RSA_BITS[0] <= key.key_size <= RSA_BITS[1]:
        raise CertificateRequestRefused(f"An RSA key must have {RSA_BITS[0]} to {RSA_BITS[1]} bits.")
    if numbers.e < LEAST_EXPONENT or numbers.e % 2 == 0:
        raise CertificateRequestRefused(f"The exponent of an RSA key must be odd and at least {LEAST_EXPONENT}.")
    if numbers.n % 2 == 0 or math.gcd(numbers.n, SMALL_PRIMES) != 1:
        raise CertificateRequestRefused("The modulus of the RSA key has a small factor.")
