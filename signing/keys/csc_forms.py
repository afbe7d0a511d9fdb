"""How the two versions of the Cloud Signature Consortium's API write the same things: 1.0.4.0 (2019) and 2.0 (2023).

Version 1 asks for a PIN and an OTP by fields of these names (11.5, 11.6); version 2 lists what a credential wants
from its owner (`auth/objects`) and takes it back by the same identifiers (`authData`), and renames the hashes.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

SHA256 = "2.16.840.1.101.3.4.2.1"
MOST_ASKED = 2  # a PIN and a one-time password
Body = dict[str, Any]


@dataclass(frozen=True)
class Credential:
    """What a service says about one of its keys (credentials/info)."""

    id: str
    key_status: str
    certificate_status: str  # empty where the service does not say
    certificate: bytes
    algorithms: frozenset[str]
    mode: str  # implicit, explicit, or a redirect of OAuth 2
    hash_bound: bool  # SCAL 2: an authorisation is good for the hashes named in it and no others
    asks: tuple[str, ...]  # identifiers of what the owner types, the PIN first
    odd: str | None  # what it asks that cannot be answered by typing


class Form(Protocol):
    """One version: how to ask, and how to read."""

    def credential(self, id: str, said: Mapping[str, Any]) -> Credential:
        """The answer of credentials/info (LookupError, TypeError, ValueError: it is not one)."""
        ...

    def authorize(self, id: str, digests: Sequence[bytes], typed: Mapping[str, str]) -> Body:
        """The question of credentials/authorize."""
        ...

    def sign(self, id: str, digests: Sequence[bytes], algorithm: str, sad: str) -> Body:
        """The question of signatures/signHash."""
        ...


class FirstForm:
    """Version 1.0.4.0."""

    def credential(self, id: str, said: Mapping[str, Any]) -> Credential:
        """See Form; 11.5."""
        pin, otp = said.get("PIN") or {}, said.get("OTP") or {}
        asks = [name for name, asked in (("PIN", pin), ("OTP", otp)) if asked.get("presence") == "true"]
        if pin.get("presence") == "optional":
            asks.insert(0, "PIN")
        online = "OTP" in asks and otp.get("type") != "offline"
        odd = "it sends its one-time passwords when asked to" if online else None
        explicit = said["authMode"] == "explicit"
        return _credential(id, said, said["authMode"], asks if explicit else [], odd)

    def authorize(self, id: str, digests: Sequence[bytes], typed: Mapping[str, str]) -> Body:
        """See Form; 11.6."""
        return {"credentialID": id, "numSignatures": len(digests), "hash": _written(digests), **typed}

    def sign(self, id: str, digests: Sequence[bytes], algorithm: str, sad: str) -> Body:
        """See Form; 11.9."""
        asked = {"credentialID": id, "SAD": sad, "hash": _written(digests), "hashAlgo": SHA256}
        return asked | {"signAlgo": algorithm}


class SecondForm:
    """Version 2.0; with `asynchronous` a signature is fetched when it is ready."""

    def __init__(self, asynchronous: bool = False) -> None:
        self._asynchronous = asynchronous

    def credential(self, id: str, said: Mapping[str, Any]) -> Credential:
        """See Form; 11.5."""
        auth = said["auth"]
        objects = {each["id"]: each for each in auth.get("objects") or ()}
        expression = (auth.get("expression") or " AND ".join(objects)).strip()
        wanted = re.split(r"\s+AND\s+", expression) if auth["mode"] == "explicit" and expression else []
        known = all(name in objects and objects[name].get("type") == "Password" for name in wanted)
        odd = None if known else f"it asks for {expression[:60]}"
        asks = sorted(wanted, key=lambda name: "generator" in objects.get(name, ()))
        return _credential(id, said, auth["mode"], asks, odd)

    def authorize(self, id: str, digests: Sequence[bytes], typed: Mapping[str, str]) -> Body:
        """See Form; 11.6."""
        asked = {"credentialID": id, "numSignatures": len(digests), "hashes": _written(digests)}
        given = [{"id": name, "value": value} for name, value in typed.items()]
        return asked | {"hashAlgorithmOID": SHA256} | ({"authData": given} if given else {})

    def sign(self, id: str, digests: Sequence[bytes], algorithm: str, sad: str) -> Body:
        """See Form; 11.10."""
        asked = {"credentialID": id, "SAD": sad, "hashes": _written(digests), "hashAlgorithmOID": SHA256}
        return asked | {"signAlgo": algorithm, "operationMode": "A" if self._asynchronous else "S"}


def _credential(id: str, said: Mapping[str, Any], mode: str, asks: Sequence[str], odd: str | None) -> Credential:
    """What both versions write alike."""
    key, certificate = said["key"], said["cert"]
    if len(asks) > MOST_ASKED:
        odd = f"it asks for {', '.join(asks)}"
    return Credential(
        id=id,
        key_status=str(key["status"]),
        certificate_status=str(certificate.get("status") or ""),
        certificate=b64decode(certificate["certificates"][0], validate=True),
        algorithms=frozenset(key["algo"]),
        mode=str(mode),
        hash_bound=str(said.get("SCAL", "1")) == "2",
        asks=tuple(asks),
        odd=odd,
    )


def _written(digests: Sequence[bytes]) -> list[str]:
    return [b64encode(digest).decode() for digest in digests]
