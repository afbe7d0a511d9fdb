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
from registry.entries.rules import DatedAct

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
    """An act as the log states it. `public` and `decision` are digests of disclosures, as texts.

    The register code is part of what is public but not of the leaf: who reads the log cannot look up every licence.

    `status_place` is the status list and the index in it; they belong to the paper.
    """

    kind: str
    register: str
    lid: bytes
    agency: str
    licence_kind: str
    number: str
    seq: int
    prev: bytes | None
    recorded_at: datetime
    effective_on: date
    valid_until: date | None
    status: int
    status_place: tuple[int, int]
    actors: Sequence[bytes]
    decision: str
    public: str
    paper: PaperDigests


def leaf_of(act: Act) -> bytes:
    """The exact bytes: canonical JSON, times in UTC to the second, bytes in base64url."""
    body: dict[str, Any] = {
        "v": VERSION,
        "t": act.kind,
        "reg": act.register,
        "lid": encode(act.lid),
        "iss": act.agency,
        "kind": act.licence_kind,
        "no": act.number,
        "seq": act.seq,
        "rec": instant_text(act.recorded_at),
        "eff": act.effective_on.isoformat(),
        "st": act.status,
        "sl": list(act.status_place),
        "act": [encode(actor) for actor in act.actors],
        "dec": act.decision,
        "pub": act.public,
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


def dated_act(leaf: Mapping[str, Any]) -> DatedAct:
    """When the act of a leaf has effect, and until when; raises KeyError or ValueError for what is no act."""
    until = date.fromisoformat(leaf["exp"]) if "exp" in leaf else None
    return DatedAct(str(leaf["t"]), date.fromisoformat(leaf["eff"]), until, authorised=bool(leaf.get("auth")))


def instant_text(instant: datetime) -> str:
    """Whole seconds in UTC, as leaves write instants."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pseudonym(secret: bytes, person: str) -> bytes:
    """Sixteen bytes that stand for an official in one year's leaves."""
    return hmac.new(secret, person.encode(), sha256).digest()[:16]
