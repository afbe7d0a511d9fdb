"""The leaf of an act: what the log says of it for ever. No personal data, only commitments, pseudonyms and dates."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from registry.entries.canonical import to_canonical
from registry.entries.disclosures import encode
from registry.entries.models import Entry

VERSION = 1
LIST_BITS = 20  # places of one status list; a status index is list << 20 | place
VALID = 0x00  # the status that the act gives, by the values of the Token Status List


@dataclass(frozen=True)
class PaperDigests:
    """What ties an act to its paper: SHA-256 of the seal's covered bytes, signature value and certificate,
    of the official's signature value, and the commitment to the content; 32 bytes each.
    """

    pdf: bytes
    sv: bytes
    sk: bytes
    auth: bytes
    ver: bytes


@dataclass(frozen=True)
class Act:
    """An act as the log states it."""

    kind: str
    register: str
    lid: bytes
    seq: int
    prev: bytes | None
    recorded_at: datetime
    effective_on: date
    number: str
    status: int
    status_index: int
    actors: Sequence[bytes]
    paper: PaperDigests
    valid_until: date | None
    public: bytes


@dataclass(frozen=True)
class Shown:
    """What anybody may see of an entry. The register code, which opens it, salts the digest and is not in the log."""

    register_code: str
    kind: str
    agency: str
    title: Mapping[str, str]
    agency_name: Mapping[str, str]
    facts: Sequence[Mapping[str, Any]]

    @property
    def digest(self) -> bytes:
        """SHA-256 of it all in canonical JSON."""
        whole = {
            "code": self.register_code,
            "kind": self.kind,
            "iss": self.agency,
            "title": dict(self.title),
            "name": dict(self.agency_name),
            "facts": [dict(fact) for fact in self.facts],
        }
        return sha256(to_canonical(whole, 1_000_000)).digest()


def shown_of(entry: Entry) -> Shown:
    """The public part of an entry."""
    return Shown(entry.register_code, entry.kind, entry.agency, entry.title, entry.agency_name, entry.public_facts)


def agrees(entry: Entry, leaf: Mapping[str, Any]) -> bool:
    """True when the register's row says exactly what the leaf of its issue says."""
    last = entry.valid_until.isoformat() if entry.valid_until else None
    said = (leaf.get("lid"), leaf.get("no"), leaf.get("eff"), leaf.get("exp"), leaf.get("pub"))
    return said == (
        encode(entry.lid),
        entry.number,
        entry.issued_on.isoformat(),
        last,
        encode(shown_of(entry).digest),
    )


def leaf_of(act: Act) -> bytes:
    """The exact bytes: canonical JSON, times in UTC to the second, bytes in base64url."""
    body: dict[str, Any] = {
        "v": VERSION,
        "t": act.kind,
        "reg": act.register,
        "lid": encode(act.lid),
        "seq": act.seq,
        "rec": act.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eff": act.effective_on.isoformat(),
        "st": act.status,
        "sl": [act.status_index >> LIST_BITS, act.status_index & ((1 << LIST_BITS) - 1)],
        "no": act.number,
        "pub": encode(act.public),
        "act": [encode(actor) for actor in act.actors],
        "pdf": encode(act.paper.pdf),
        "sv": encode(act.paper.sv),
        "sk": encode(act.paper.sk),
        "auth": encode(act.paper.auth),
        "ver": encode(act.paper.ver),
    }
    if act.prev is not None:
        body["prev"] = encode(act.prev)
    if act.valid_until is not None:
        body["exp"] = act.valid_until.isoformat()
    return to_canonical(body)


def pseudonym(secret: bytes, person: str) -> bytes:
    """Sixteen bytes that stand for an official in one year's leaves."""
    return hmac.new(secret, person.encode(), sha256).digest()[:16]
