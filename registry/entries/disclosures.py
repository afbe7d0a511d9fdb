"""Salted commitments to the facts of a paper: the log can keep them for ever while a fact can still be erased.

Each fact is an SD-JWT disclosure (RFC 9901, 4.2.1): its digest is public, its 128-bit salt is not, so that the digest
tells nothing once the text is deleted. `ver` in the leaf commits to all digests together. A disclosure is kept as the
very text that was hashed: a database that writes the same JSON otherwise would make another digest of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.tokens import random_bytes
from registry.entries.canonical import to_canonical

SALT = 16  # bytes
MANY = 10_000_000  # the list of digests is not a leaf; only its hash is


@dataclass(frozen=True)
class Disclosure:
    """One fact with its salt: `text` is base64url of the JSON `[salt, name, value]`."""

    text: str

    @property
    def digest(self) -> str:
        """SHA-256 in base64url over the text."""
        return encode(hashlib.sha256(self.text.encode()).digest())

    @property
    def name(self) -> str:
        return str(self._parts[1])

    @property
    def value(self) -> Any:
        return self._parts[2]

    @property
    def _parts(self) -> list[Any]:
        """Salt, name, value; ValueError for a text that is no disclosure."""
        parts = json.loads(decode(self.text))
        if not isinstance(parts, list) or len(parts) != 3:
            raise ValueError("not a disclosure")
        return parts


@dataclass(frozen=True)
class Commitment:
    """All facts of a paper and what the leaf says of them: `ver`, 32 bytes."""

    disclosures: tuple[Disclosure, ...]
    digests: tuple[str, ...]
    ver: bytes


def disclose(name: str, value: Any) -> Disclosure:
    """A fact under a new salt. Keys are sorted, so that the order of a form's answers tells nothing."""
    salted = [encode(random_bytes(SALT)), name, value]
    written = json.dumps(salted, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Disclosure(encode(written.encode()))


def commit(facts: Mapping[str, Any]) -> Commitment:
    """New salts for these facts."""
    made = tuple(disclose(name, value) for name, value in facts.items())
    digests = tuple(sorted(disclosure.digest for disclosure in made))
    return Commitment(made, digests, commitment_of(digests))


def commitment_of(digests: Sequence[str]) -> bytes:
    """`ver`: SHA-256 over the canonical `{"_sd": [digests in order]}`."""
    return hashlib.sha256(to_canonical({"_sd": sorted(digests)}, MANY)).digest()


def facts_in(texts: Sequence[str]) -> dict[str, Any]:
    """The facts that stored disclosures still hold."""
    return {disclosure.name: disclosure.value for disclosure in map(Disclosure, texts)}


def encode(content: bytes) -> str:
    """Base64url without padding, as leaves and SD-JWT write bytes."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """What `encode` wrote; raises ValueError for anything else."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode(content) != text:
        raise ValueError("not canonical base64url")
    return content
