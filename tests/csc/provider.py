"""A remote signing service as the Cloud Signature Consortium's standard wants it, and as strict as a test can use.

It says no to every field that is missing, superfluous or of another type, to hashes that were not authorised, to an
authorisation (SAD) that was used or is too old, and it locks a key after three wrong PINs.
"""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from config.tokens import random_bytes
from tests.pki.build import Identity

SHA256 = "2.16.840.1.101.3.4.2.1"
MOST_WRONG = 3
SAD_SECONDS = 60.0
CLIENT, CLIENT_SECRET = "antin", "what only the client knows"
USER, PASSWORD = "so-y-te", "what only the user knows"
COMMON: dict[str, type] = {"clientData": str}
Fields = tuple[Mapping[str, type], Mapping[str, type]]
INFO: Fields = ({}, {"lang": str})
CREDENTIAL: Fields = ({"credentialID": str}, {"certificates": str, "certInfo": bool, "authInfo": bool, "lang": str})
AUTHORIZE = {"credentialID": str, "numSignatures": int}
SIGN = {"credentialID": str, "SAD": str, "signAlgo": str}
# What each method must and may be asked with.
FIELDS: dict[str, dict[str, Fields]] = {
    "1.0.4": {
        "/info": INFO,
        "/auth/login": ({}, {"refresh_token": str, "rememberMe": bool}),
        "/credentials/info": CREDENTIAL,
        "/credentials/authorize": (AUTHORIZE, {"hash": list, "description": str, "PIN": str, "OTP": str}),
        "/signatures/signHash": (SIGN | {"hash": list}, {"hashAlgo": str, "signAlgoParams": str}),
    },
    "2.0": {
        "/info": INFO,
        "/credentials/info": CREDENTIAL,
        "/credentials/authorize": (
            AUTHORIZE,
            {"hashes": list, "hashAlgorithmOID": str, "authData": list, "description": str},
        ),
        "/signatures/signHash": (
            SIGN | {"hashes": list},
            {"hashAlgorithmOID": str, "signAlgoParams": str, "operationMode": str, "validity_period": int},
        ),
        "/signatures/signPolling": ({"requestID": str}, {}),
    },
}


class No(Exception):
    """A refusal: status of HTTP, code and sentence of the standard."""

    def __init__(self, sentence: str, code: str = "invalid_request", status: int = 400) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


@dataclass
class Held:
    """One key that the service holds for somebody, and what its owner must show."""

    key: Identity
    pin: str | None
    otp: str | None = None
    otp_type: str = "offline"
    scal: str = "2"
    mode: str = "explicit"
    algorithms: tuple[str, ...] = ()
    enabled: bool = True
    certificate_status: str = "valid"
    wrong: int = 0

    def algo(self) -> tuple[str, ...]:
        rsa = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11")
        return self.algorithms or (("1.2.840.10045.4.3.2",) if self.is_ec else rsa)

    @property
    def is_ec(self) -> bool:
        return isinstance(self.key.key, EllipticCurvePrivateKey)


@dataclass
class Authorised:
    """What a SAD is good for."""

    credential: str
    digests: list[str]
    until: float
    used: bool = False


@dataclass
class Provider:
    """All that the service knows. `alter` lies about a signature; `plain` gives ECDSA as r and s side by side."""

    version: str
    held: dict[str, Held]
    plain: bool = False
    slow_polls: int = 0  # how often an asynchronous signature is not ready
    methods: Sequence[str] | None = None
    alter: Callable[[bytes], bytes] = lambda value: value
    pin_error: tuple[str, str] = ("invalid_request", "The PIN is invalid")
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    sads: dict[str, Authorised] = field(default_factory=dict)
    outcomes: dict[str, list[str]] = field(default_factory=dict)

    def token(self) -> dict[str, Any]:
        token = random_code()
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def answer(self, path: str, asked: Any, token: str | None) -> dict[str, Any]:
        """The answer to one call, or No."""
        if path != "/info" and path != "/auth/login" and token not in self.tokens:
            raise No("The access token is not valid", "invalid_token", 401)
        self.calls.append((path, asked))
        _check_fields(asked, *FIELDS[self.version][path])
        return {
            "/info": self._info,
            "/auth/login": lambda asked: self.token(),
            "/credentials/info": self._credential,
            "/credentials/authorize": self._authorize,
            "/signatures/signHash": self._sign,
            "/signatures/signPolling": self._poll,
        }[path](asked)

    def _info(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        known = [path[1:] for path in FIELDS[self.version] if path != "/info"]
        auth = ["basic", "oauth2client"] if self.version == "1.0.4" else ["oauth2client"]
        return {
            "specs": "1.0.4.0" if self.version == "1.0.4" else "2.0.0.2",
            "name": "Test",
            "logo": "https://sign.example/logo.png",
            "region": "VN",
            "lang": "vi-VN",
            "description": "A service for tests",
            "authType": auth,
            "oauth2": "https://elsewhere.example/",  # whoever follows this leaves the machine
            "methods": list(known if self.methods is None else self.methods),
        }

    def _credential(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        held = self._held(asked)
        shown = [held.key.certificate_der, *held.key.chain_der]
        said = {
            "key": {
                "status": "enabled" if held.enabled else "disabled",
                "algo": list(held.algo()),
                "len": held.key.key.key_size,
            },
            "cert": {"status": held.certificate_status, "certificates": [b64encode(each).decode() for each in shown]},
            "SCAL": held.scal,
            "multisign": 1,
        }
        if asked.get("authInfo") is not True:
            return said
        return said | (_first_auth(held) if self.version == "1.0.4" else {"auth": _second_auth(held)})

    def _authorize(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        held = self._held(asked)
        digests = self._digests(asked, held.scal == "2")
        if asked["numSignatures"] != max(1, len(digests)):
            raise No("Invalid value for parameter numSignatures")
        if self.version == "2.0":
            objects = asked.get("authData", [])
            for each in objects:
                _check_fields(each, {"id": str, "value": str}, {})
            given = {each["id"]: each["value"] for each in objects}
        else:
            given = {name: asked[name] for name in ("PIN", "OTP") if name in asked}
        self._check_given(held, given)
        sad = random_code()
        self.sads[sad] = Authorised(asked["credentialID"], digests, time.monotonic() + SAD_SECONDS)
        return {"SAD": sad, "expiresIn": int(SAD_SECONDS)}

    def _check_given(self, held: Held, given: Mapping[str, str]) -> None:
        wanted = {"PIN": held.pin, "OTP": held.otp}
        for name, value in wanted.items():
            if value is None and name in given:
                raise No(f"Invalid parameter {name}, nobody asked for it")
            if value is not None and name not in given:
                raise No(f"Missing (or invalid type) string parameter {name}")
        if held.wrong >= MOST_WRONG:
            raise No("PIN locked")
        if held.pin is not None and given["PIN"] != held.pin:
            held.wrong += 1
            raise No(self.pin_error[1], self.pin_error[0])
        if held.otp is not None and given["OTP"] != held.otp:
            held.wrong += 1
            raise No("The OTP is invalid")
        held.wrong = 0

    def _sign(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        held, digests = self._held(asked), self._digests(asked, True)
        if asked["signAlgo"] not in held.algo():
            raise No("Invalid parameter signAlgo")
        if not any(name in asked for name in ("hashAlgo", "hashAlgorithmOID")) and asked["signAlgo"].endswith("1.1.1"):
            raise No("Missing (or invalid type) string parameter hashAlgo")
        self._use(asked, digests)
        values = [b64encode(self.alter(self._value(held, b64decode(each)))).decode() for each in digests]
        if asked.get("operationMode") == "A":
            number = random_code()
            self.outcomes[number] = values
            return {"responseID": number}
        return {"signatures": values}

    def _use(self, asked: Mapping[str, Any], digests: list[str]) -> None:
        sad = self.sads.get(asked["SAD"])
        if sad is None or sad.used or sad.credential != asked["credentialID"]:
            raise No("Invalid parameter SAD")
        if time.monotonic() > sad.until:
            raise No("SAD expired")
        if sad.digests != digests:
            raise No("Hash is not authorized by the SAD")
        sad.used = True

    def _poll(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if asked["requestID"] not in self.outcomes:
            raise No("Invalid parameter requestID")
        if self.slow_polls > 0:
            self.slow_polls -= 1
            raise No(
                "The previous asynchronous signature request has been accepted for processing, "
                "but the processing has not yet been completed."
            )
        return {"signatures": self.outcomes.pop(asked["requestID"])}

    def _value(self, held: Held, digest: bytes) -> bytes:
        algorithm = Prehashed(hashes.SHA256())
        if not isinstance(held.key.key, EllipticCurvePrivateKey):
            return held.key.key.sign(digest, PKCS1v15(), algorithm)
        value = held.key.key.sign(digest, ECDSA(algorithm))
        size = (held.key.key.key_size + 7) // 8
        return b"".join(part.to_bytes(size) for part in decode_dss_signature(value)) if self.plain else value

    def _held(self, asked: Mapping[str, Any]) -> Held:
        if asked["credentialID"] not in self.held:
            raise No("Invalid parameter credentialID")
        return self.held[asked["credentialID"]]

    def _digests(self, asked: Mapping[str, Any], wanted: bool) -> list[str]:
        name, algorithm = ("hash", "hashAlgo") if self.version == "1.0.4" else ("hashes", "hashAlgorithmOID")
        found: list[str] = asked.get(name, [])
        if wanted and not found:
            raise No(f"Missing (or invalid type) array parameter {name}")
        if asked.get(algorithm, SHA256) != SHA256 or (self.version == "2.0" and found and algorithm not in asked):
            raise No(f"Invalid parameter {algorithm}")
        if any(len(b64decode(each, validate=True)) != 32 for each in found):
            raise No("Invalid digest value length")
        return found


def random_code() -> str:
    return b64encode(random_bytes(18)).decode()


def _check_fields(asked: Any, must: Mapping[str, type], may: Mapping[str, type]) -> None:
    if not isinstance(asked, dict):
        raise No("The body is no JSON object")
    known = {**must, **may, **COMMON}
    for name in must:
        if name not in asked:
            raise No(f"Missing (or invalid type) parameter {name}")
    for name, value in asked.items():
        if name not in known or type(value) is not known[name] or value == "":
            raise No(f"Invalid parameter {name}")


def _first_auth(held: Held) -> dict[str, Any]:
    said: dict[str, Any] = {"authMode": held.mode}
    if held.mode == "explicit":
        said["PIN"] = {"presence": "false" if held.pin is None else "true", "format": "N"}
        said["OTP"] = {"presence": "false" if held.otp is None else "true", "type": held.otp_type, "format": "N"}
    return said


def _second_auth(held: Held) -> dict[str, Any]:
    if held.mode != "explicit":
        return {"mode": held.mode}
    objects = [{"type": "Password", "id": "PIN", "format": "N", "label": "PIN"}] if held.pin is not None else []
    if held.otp is not None:
        kind = "Password" if held.otp_type == "offline" else "ChallengeResponse"
        objects.insert(0, {"type": kind, "id": "OTP", "format": "N", "generator": "totp"})
    return {"mode": "explicit", "expression": " AND ".join(each["id"] for each in objects), "objects": objects}
