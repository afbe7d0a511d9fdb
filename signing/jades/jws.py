"""The octets of a JAdES signature: what the key signs, and the finished JSON (RFC 7515, 7.2.2; TS 119 182-1, 5).

The header has `alg`, `cty`, `iat` (5.1.11, which took the place of `sigT`), `x5t#S256` and `x5c`; none of them needs
`crit`. A signing input begins with "eyJ": it can never be taken for the signed attributes of a PDF's signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from signing.pades.errors import CertificateNotSuitable, SignatureValueWrong

HALF = 32  # octets of each of the two numbers of ES256
CTY = "json"


def signing_input(content: bytes, certificate: bytes, chain: Sequence[bytes], at: datetime) -> bytes:
    """What the key signs: header and payload. `content` is JSON, certificates are DER, the chain without its root."""
    header = {
        "alg": algorithm_of(certificate),
        "cty": CTY,
        "iat": int(at.timestamp()),
        "x5t#S256": encoded(hashlib.sha256(certificate).digest()),
        "x5c": [base64.b64encode(one).decode() for one in (certificate, *chain)],
    }
    return f"{encoded(_compact(header))}.{encoded(content)}".encode()


def check_input(given: bytes, content: bytes, certificate: bytes) -> None:
    """Raise SignatureValueWrong unless this signing input says `content`, a JSON object, under this certificate."""
    try:
        first, second = given.decode("ascii").split(".")
        header = json.loads(decoded(first))
        said = json.loads(content)
        named = (header["alg"], header["cty"], header["x5t#S256"], header["x5c"][0])
        known = set(header) == {"alg", "cty", "iat", "x5t#S256", "x5c"}
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise SignatureValueWrong("This is no signing input of a statement.") from error
    digest = encoded(hashlib.sha256(certificate).digest())
    wanted = (algorithm_of(certificate), CTY, digest, base64.b64encode(certificate).decode())
    if not known or named != wanted or second != encoded(content) or not isinstance(said, dict):
        raise SignatureValueWrong("The signing input is not that of this statement and certificate.")


def finished(given: bytes, value: bytes, certificate: bytes, token: bytes) -> bytes:
    """The flattened JSON serialisation at level B-T; `value` as a key gives it, `token` over `imprint_of` it."""
    header, payload = given.decode("ascii").split(".")
    stamp = {"sigTst": {"tstTokens": [{"val": base64.b64encode(token).decode()}]}}
    unsigned = {"etsiU": [encoded(_compact(stamp))]}
    signature = encoded(jws_value(value, certificate))
    return _compact({"payload": payload, "protected": header, "header": unsigned, "signature": signature})


def imprint_of(value: bytes, certificate: bytes) -> bytes:
    """SHA-256 that the signature timestamp is over: of the encoded value (TS 119 182-1, 5.3.4)."""
    return hashlib.sha256(encoded(jws_value(value, certificate)).encode()).digest()


def jws_value(value: bytes, certificate: bytes) -> bytes:
    """A key's value as JWS has it: ECDSA as two numbers side by side (RFC 7518, 3.4)."""
    if algorithm_of(certificate) != "ES256":
        return value
    r, s = decode_dss_signature(value)
    return r.to_bytes(HALF) + s.to_bytes(HALF)


def algorithm_of(certificate: bytes) -> str:
    """RS256 or ES256; CertificateNotSuitable for other keys, whose digest would not be SHA-256 in JWS."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(key, RSAPublicKey):
        return "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ES256"
    raise CertificateNotSuitable("Statements are signed with RSA or P-256.")


def encoded(data: bytes) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The octets of base64url without padding (ValueError)."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
