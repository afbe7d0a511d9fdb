"""Seals in the key management service of AWS: GetPublicKey at the start, Sign with a digest for every signature.

Such a service lets in whoever shows an access key; it knows no PIN. So an official's key cannot live there.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config.clock import Clock, SystemClock
from signing.keys.errors import KeyUnknown, KeyUnusable
from signing.keys.options import Options
from signing.keys.protocol import KeyInfo, SigningKey, personal
from signing.keys.remote import Answer, Remote, remote
from signing.keys.sigv4 import AccessKey, Scope, signed_headers
from signing.keys.values import public_key, verified

REGION = re.compile(r"[a-z0-9-]{1,40}")
RSA, ECDSA = "RSASSA_PKCS1_V1_5_SHA_256", "ECDSA_SHA_256"


class Kms:
    """The service in one region. The access key is read anew for each question: it may be exchanged at any hour."""

    def __init__(self, server: Remote, region: str, access: Path, profile: str, clock: Clock) -> None:
        self._server, self._scope = server, Scope(region, "kms")
        self._access, self._profile, self._clock = access, profile, clock

    def ask(self, action: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one action of the API (KeyUnusable)."""
        body = json.dumps(asked).encode()
        headers = {
            "Host": self._server.host,
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"TrentService.{action}",
        }
        key, path = self.access_key(), self._server.path or "/"
        signed = signed_headers(path, headers, body, key, self._scope, self._clock.now())
        answer = self._server.post("", body, signed)
        if answer.status != 200:
            raise KeyUnusable(f"The service answers {answer.status}{_kind(answer)}.")
        return answer.read()

    def access_key(self) -> AccessKey:
        """The access key in its file, which is written as those of AWS' own tools (KeyUnusable)."""
        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(self._access.read_text(encoding="utf-8"))
            found = parser[self._profile]
            return AccessKey(found["aws_access_key_id"], found["aws_secret_access_key"], found.get("aws_session_token"))
        except (OSError, UnicodeDecodeError, ConfigError, KeyError):
            raise KeyUnusable(f"{self._access.name}: holds no access key under [{self._profile}].") from None


class KmsStore:
    """The seals of one region."""

    asks_secret = False

    def __init__(self, service: Kms, identifiers: Mapping[str, str]) -> None:
        self._service, self._identifiers = service, identifiers

    def check(self, name: str, info: KeyInfo) -> None:
        """See KeyStore: `open` has looked at everything, for a seal is open from the start."""

    def open(self, name: str, info: KeyInfo, secret: str) -> SigningKey:
        """See KeyStore. No secret opens it; the service's public key must be that of the certificate."""
        if name not in self._identifiers:
            raise KeyUnknown("There is no key of this name.")
        key = KmsKey(name, info, self._service, self._identifiers[name])
        key.check()
        return key


class KmsKey:
    """A seal that is asked for over the network each time."""

    def __init__(self, name: str, info: KeyInfo, service: Kms, identifier: str) -> None:
        self.name, self.info = name, info
        self._service, self._identifier = service, identifier
        self._algorithm = RSA if isinstance(public_key(info.certificate), RSAPublicKey) else ECDSA

    def check(self) -> None:
        """KeyUnusable unless the service holds the key of the certificate, for signatures as we make them."""
        try:
            said = self._service.ask("GetPublicKey", {"KeyId": self._identifier})
        except KeyUnusable as error:
            raise KeyUnusable(f"{self.name}: {error.detail}") from error
        if _octets(said, "PublicKey") != _public_octets(self.info):
            raise KeyUnusable(f"{self.name}: the key is not the one of the certificate.")
        if said.get("KeyUsage") != "SIGN_VERIFY" or self._algorithm not in (said.get("SigningAlgorithms") or ()):
            raise KeyUnusable(f"{self.name}: the service does not sign by {self._algorithm} with this key.")

    def sign(self, data: bytes) -> bytes:
        """See SigningKey. Only the digest leaves this machine."""
        digest = hashlib.sha256(data).digest()
        asked = {
            "KeyId": self._identifier,
            "Message": b64encode(digest).decode(),
            "MessageType": "DIGEST",
            "SigningAlgorithm": self._algorithm,
        }
        try:
            return verified(_octets(self._service.ask("Sign", asked), "Signature"), digest, self.info.certificate)
        except KeyUnusable as error:
            raise KeyUnusable(f"{self.name}: {error.detail}") from error

    def close(self) -> None:
        """Nothing to end."""


def kms_store(table: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]], folder: Path) -> KmsStore:
    """The store of `kind = "kms"`; each of its keys names its `key`: identifier, ARN or alias."""
    options = Options(table, "kind", "region", "endpoint", "ca", "seconds", "credentials", "profile")
    for name in keys:
        if personal(name):
            raise ValueError(f"{name}: asks for no PIN there; only seals can live in a key management service.")
    region = options.text("region")
    if not REGION.fullmatch(region):
        raise ValueError("region must be a name like ap-southeast-1.")
    server = remote(options, options.text("endpoint", f"https://kms.{region}.amazonaws.com"), folder)
    access = options.file("credentials", folder)
    service = Kms(server, region, access, options.text("profile", "default"), SystemClock(ZoneInfo("UTC")))
    return KmsStore(service, {name: Options(key, "store", "key").text("key") for name, key in keys.items()})


def _octets(said: Mapping[str, Any], name: str) -> bytes:
    try:
        return b64decode(said[name], validate=True)
    except (KeyError, TypeError, ValueError):
        raise KeyUnusable(f"The service returned no {name}.") from None


def _public_octets(info: KeyInfo) -> bytes:
    return public_key(info.certificate).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _kind(answer: Answer) -> str:
    """The name of the service's error; its message may say whose access key it was."""
    kind = str(answer.read().get("__type", "")).rpartition("#")[2]
    return f", {kind}" if re.fullmatch(r"[A-Za-z]{1,60}", kind) else ""
