"""Compact JWS (RFC 7515) with ES256 (RFC 7518, 3.4) and nothing else: no other algorithm can be talked into it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

ALGORITHM = "ES256"
HALF = 32  # octets of a coordinate, and of each half of a signature
LONGEST = 8_192  # characters of a whole JWS
Jwk = Mapping[str, str]


class JwsInvalid(ValueError):
    """It is not a JWS of this key; the message says why, in words for a log."""


def jwk_of(key: EllipticCurvePublicKey) -> dict[str, str]:
    """A public key as JWK (RFC 7517); `kid` is its thumbprint."""
    numbers = key.public_numbers()
    bare = {"crv": "P-256", "kty": "EC", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
    return bare | {"alg": ALGORITHM, "use": "sig", "kid": _encoded(bytes.fromhex(thumbprint(bare)))}


def thumbprint(jwk: Jwk) -> str:
    """SHA-256 (hex) of the key as RFC 7638 writes it: what people compare on two screens (JwsInvalid)."""
    try:
        required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    except KeyError as error:
        raise JwsInvalid("the key is incomplete") from error
    return hashlib.sha256(json.dumps(required, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def spoken(fingerprint: str) -> str:
    """A fingerprint in groups of four, as both screens show it."""
    return " ".join(fingerprint[at : at + 4].upper() for at in range(0, len(fingerprint), 4))


def public_key_of(jwk: Jwk) -> EllipticCurvePublicKey:
    """The key of a JWK; only P-256 (JwsInvalid)."""
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or jwk.get("alg", ALGORITHM) != ALGORITHM:
        raise JwsInvalid("the key is not one for ES256")
    x, y = (_decoded(str(jwk.get(name, ""))) for name in ("x", "y"))
    if len(x) != HALF or len(y) != HALF:
        raise JwsInvalid("the key's coordinates are not as long as they must be")
    try:
        return EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), SECP256R1()).public_key()
    except ValueError as error:
        raise JwsInvalid("the key is no point of its curve") from error


def make_jws(key: EllipticCurvePrivateKey, claims: Mapping[str, Any], kind: str) -> str:
    """The claims, signed; `kind` is the header's `typ`, so that nothing signed for one purpose serves another."""
    return sign_jws(key, to_be_signed(key.public_key(), claims, kind))


def to_be_signed(key: EllipticCurvePublicKey, claims: Mapping[str, Any], kind: str) -> str:
    """Header and claims as they are signed."""
    header = {"alg": ALGORITHM, "kid": jwk_of(key)["kid"], "typ": kind}
    return f"{_encoded(_json(header))}.{_encoded(_json(claims))}"


def sign_jws(key: EllipticCurvePrivateKey, said: str) -> str:
    """What `to_be_signed` gave, with its signature."""
    r, s = decode_dss_signature(key.sign(said.encode(), ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return f"{said}.{_encoded(r.to_bytes(HALF) + s.to_bytes(HALF))}"


def read_jws(text: str, jwk: Jwk, kind: str) -> dict[str, Any]:
    """The claims, once the signature verifies under this very key (JwsInvalid)."""
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != 3:
        raise JwsInvalid("it is not three parts of a reasonable length")
    header = _object(parts[0])
    if set(header) != {"alg", "kid", "typ"} or header["alg"] != ALGORITHM or header["typ"] != kind:
        raise JwsInvalid("its header is another one")
    value = _decoded(parts[2])
    if len(value) != 2 * HALF:
        raise JwsInvalid("its signature is not as long as it must be")
    signature = encode_dss_signature(int.from_bytes(value[:HALF]), int.from_bytes(value[HALF:]))
    try:
        public_key_of(jwk).verify(signature, f"{parts[0]}.{parts[1]}".encode(), ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise JwsInvalid("its signature is not of this key") from error
    return _object(parts[1])


def _coordinate(number: int) -> str:
    return _encoded(number.to_bytes(HALF))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """Base64url without padding; one text for each octets (JwsInvalid)."""
    try:
        octets = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise JwsInvalid("it is not base64url") from error
    if _encoded(octets) != text:
        raise JwsInvalid("it is not base64url as it must be written")
    return octets


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_decoded(part), object_pairs_hook=_no_doubles)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise JwsInvalid("a part of it is not what it must be") from error
    if not isinstance(value, dict):
        raise JwsInvalid("a part of it is no object")
    return value


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)
