"""Salted commitments to the facts of a paper: the log can keep them for ever while a fact can still be erased.

Each fact is an SD-JWT disclosure (RFC 9901, 4.2.1): its digest is public, its 128-bit salt is not, so that the digest
tells nothing once salt and value are deleted. `ver` in the leaf commits to all digests together.
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
    """One fact with its salt (base64url)."""

    salt: str
    name: str
    value: Any

    @property
    def digest(self) -> str:
        """SHA-256 in base64url over the disclosure as SD-JWT writes it."""
        written = json.dumps([self.salt, self.name, self.value], ensure_ascii=False, separators=(",", ":"))
        return encode(hashlib.sha256(encode(written.encode()).encode()).digest())

    def to_list(self) -> list[Any]:
        return [self.salt, self.name, self.value]


@dataclass(frozen=True)
class Commitment:
    """All facts of a paper and what the leaf says of them: `ver`, 32 bytes."""

    disclosures: tuple[Disclosure, ...]
    digests: tuple[str, ...]
    ver: bytes


def commit(facts: Mapping[str, Any]) -> Commitment:
    """New salts for these facts."""
    made = tuple(Disclosure(encode(random_bytes(SALT)), name, value) for name, value in facts.items())
    digests = tuple(sorted(disclosure.digest for disclosure in made))
    return Commitment(made, digests, commitment_of(digests))


def commitment_of(digests: Sequence[str]) -> bytes:
    """`ver`: SHA-256 over the canonical `{"_sd": [digests in order]}`."""
    return hashlib.sha256(to_canonical({"_sd": sorted(digests)}, MANY)).digest()


def from_lists(stored: Sequence[Sequence[Any]]) -> list[Disclosure]:
    """Stored disclosures, `[salt, name, value]` each."""
    return [Disclosure(salt, name, value) for salt, name, value in stored]


def encode(content: bytes) -> str:
    """Base64url without padding, as leaves and SD-JWT write bytes."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """What `encode` wrote; raises ValueError for anything else."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode(content) != text:
        raise ValueError("not canonical base64url")
    return content
