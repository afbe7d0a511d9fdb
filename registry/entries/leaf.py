"""The leaf of an act: what the log says of it for ever. No personal data, only commitments, pseudonyms and dates."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from registry.entries.canonical import to_canonical
from registry.entries.disclosures import encode

VERSION = 1
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
        "sl": act.status_index,
        "no": act.number,
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
