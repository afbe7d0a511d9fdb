"""Put the exact bytes on record, before the official's or the agency's key is touched (issuance step 2c)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from config import tokens
from config.unit_of_work import Work
from signing.enclosures.identity import enclosure_id
from signing.pades.levels import Level
from signing.requests.errors import RequestVoid
from signing.requests.events import RequestFiled
from signing.requests.models import Enclosure, SigningRequest
from signing.requests.queries import request_for


@dataclass(frozen=True)
class Stamps:
    """What the two visible stamps show; boxes are (x1, y1, x2, y2) in points from the page's lower left corner.

    Images are stored pictures (SHA-256) that fill their boxes; without one the stamp is set in words.
    """

    official_box: tuple[float, float, float, float]
    seal_box: tuple[float, float, float, float]
    seal_text: str
    seal_note: str
    official_image: str | None = None
    seal_image: str | None = None


@dataclass(frozen=True)
class Enclosed:
    """A stored file that goes out with a document, which names its SHA-256 where the official signs it."""

    name: str
    sha256: str
    size: int
    pages: int = 1


@dataclass(frozen=True)
class Preparation:
    """A document ready to be signed: `document_sha256` is stored already and has both empty signature fields.

    `purpose` and `subject` name it once ("licence", the decision's id); `summary` says in words what is signed;
    `signatory` is the account that must sign, `official_key` and `seal_key` are names of keys. `level` is what the
    sealed document must reach here, by the policy for its kind; a licence goes on from B-T to B-LTA in the register.
    """

    purpose: str
    subject: str
    agency: str
    document_sha256: str
    summary: str
    on_behalf_of: str
    signatory: str
    signatory_name: str
    official_key: str
    seal_key: str
    stamps: Stamps
    expires_on: date
    level: Level = Level.B_T
    enclosures: tuple[Enclosed, ...] = ()


def file_request(work: Work, preparation: Preparation) -> SigningRequest:
    """Record a preparation; a second one for the same subject finds the first, whoever came first."""
    work.session.connection().exec_driver_sql(
        "SELECT pg_advisory_xact_lock(%s)", (_lock_number(preparation.purpose, preparation.subject),)
    )
    if found := request_for(work, preparation.purpose, preparation.subject):
        return found
    fields: dict[str, Any] = {name: getattr(preparation, name) for name in preparation.__dataclass_fields__}
    del fields["enclosures"]
    request = SigningRequest(
        **(fields | {"stamps": asdict(preparation.stamps)}),
        id=tokens.new_id(),
        filed_at=work.clock.now(),
        signatures=[],
    )
    work.session.add(request)
    file_enclosures(work, request.id, preparation.enclosures)
    work.record(RequestFiled(request.id, request.purpose, request.subject))
    return request


def file_enclosures(work: Work, request_id: UUID, enclosures: Sequence[Enclosed]) -> None:
    """Put what goes out with a document on record, in its order."""
    if enclosures:
        work.session.flush()
    for position, one in enumerate(enclosures, 1):
        named = enclosure_id(request_id, one.sha256)
        work.session.add(Enclosure(id=named, request_id=request_id, position=position, **asdict(one)))


def _lock_number(purpose: str, subject: str) -> int:
    """A number for PostgreSQL's advisory lock, so that two preparers of one subject go one after the other."""
    digest = hashlib.sha256(f"{purpose}\n{subject}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def refuse_void(request: SigningRequest) -> None:
    """Raise `RequestVoid` with the reason when the preparation was withdrawn."""
    if request.void_reason is not None:
        raise RequestVoid(f"This preparation is void: {request.void_reason}")
