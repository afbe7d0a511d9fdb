"""Signed requests: ES256 and nothing else, one writing for each; checked against openssl's view of the same key."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as some

from signing.agent_requests.jws import JwsInvalid, jwk_of, make_jws, public_key_of, read_jws, spoken, thumbprint

KEY = generate_private_key(SECP256R1())
JWK = jwk_of(KEY.public_key())
# RFC 7517, appendix A.1, without its members that do not count; its thumbprint by another implementation.
RFC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}


def encoded(value: Any) -> str:
    octets = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


CLAIMS = some.dictionaries(
    some.text(max_size=10), some.integers() | some.text(max_size=30) | some.booleans(), max_size=6
)


@given(CLAIMS)
def test_what_was_signed_is_read(claims: dict[str, Any]) -> None:
    assert read_jws(make_jws(KEY, claims, "kind"), JWK, "kind") == claims


def test_openssl_agrees(tmp_path: Path) -> None:
    head, body, value = make_jws(KEY, {"a": "ă"}, "kind").split(".")
    octets = base64.urlsafe_b64decode(value + "==")
    (tmp_path / "value").write_bytes(encode_dss_signature(int.from_bytes(octets[:32]), int.from_bytes(octets[32:])))
    (tmp_path / "said").write_text(f"{head}.{body}")
    (tmp_path / "key").write_bytes(public_key_of(JWK).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    command = ["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "value", "said"]
    assert "OK" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout


def test_another_algorithm_is_not_talked_into_it() -> None:
    head, body, value = make_jws(KEY, {"a": 1}, "kind").split(".")
    kid = JWK["kid"]
    headers: tuple[Any, ...] = (
        {"alg": "none", "kid": kid, "typ": "kind"},
        {"alg": "HS256", "kid": kid, "typ": "kind"},
        {"alg": "ES256", "kid": kid, "typ": "other"},
        {"alg": "ES256", "kid": kid, "typ": "kind", "jwk": JWK},
        {"alg": "ES256", "kid": kid, "typ": "kind", "crit": ["b64"], "b64": False},
        [],
    )
    for header in headers:
        for signature in (value, ""):
            with pytest.raises(JwsInvalid):
                read_jws(f"{encoded(header)}.{body}.{signature}", JWK, "kind")
    with pytest.raises(JwsInvalid):
        read_jws(f"{head}.{body}.{encoded(bytes(64))}", JWK, "kind")


def test_one_text_for_each_request() -> None:
    whole = make_jws(KEY, {"a": 1}, "kind")
    for changed in (whole + "=", whole + "\n", " " + whole, whole + ".", whole.replace(".", "..", 1), whole * 100):
        with pytest.raises(JwsInvalid):
            read_jws(changed, JWK, "kind")


def test_a_name_that_stands_twice_is_refused() -> None:
    head = make_jws(KEY, {}, "kind").split(".")[0]
    doubled = encoded(b'{"a":1,"a":2}')
    said = f"{head}.{doubled}"
    r, s = decode_dss_signature(KEY.sign(said.encode(), ECDSA(hashes.SHA256())))
    with pytest.raises(JwsInvalid):
        read_jws(f"{said}.{encoded(r.to_bytes(32) + s.to_bytes(32))}", JWK, "kind")


def test_only_keys_of_the_one_kind_are_taken() -> None:
    other = generate_private_key(SECP384R1()).public_key().public_numbers()
    for jwk in (
        {**RFC_KEY, "kty": "RSA"},
        {**RFC_KEY, "crv": "P-384"},
        {**RFC_KEY, "alg": "ES384"},
        {**RFC_KEY, "x": RFC_KEY["y"]},
        {**RFC_KEY, "x": RFC_KEY["x"][:-1]},
        {**RFC_KEY, "x": encoded(other.x.to_bytes(48))},
        {},
    ):
        with pytest.raises(JwsInvalid):
            public_key_of(jwk)
    with pytest.raises(JwsInvalid):
        thumbprint({"kty": "EC"})


def test_the_fingerprint_is_that_of_rfc_7638() -> None:
    canonical = (
        '{"crv":"P-256","kty":"EC","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",'
        '"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}'
    )
    assert thumbprint(RFC_KEY) == hashlib.sha256(canonical.encode()).hexdigest()
    assert spoken("00ff" * 2) == "00FF 00FF"
