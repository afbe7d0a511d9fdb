"""Make a finished signature of a stored value: timestamp, embed, check, raise to its level. A job, may be repeated."""

from __future__ import annotations

import hashlib
from uuid import UUID

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.pades.complete import complete
from signing.pades.levels import Level
from signing.preservation.raise_to import raise_to
from signing.requests.errors import NotYetSigned
from signing.requests.events import RequestSealed, RequestSigned
from signing.requests.models import Role, Signature, State
from signing.requests.queries import get_request, signature_of
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource

FINISHED = {Role.OFFICIAL: (State.FILED, State.SIGNED), Role.SEAL: (State.SIGNED, State.SEALED)}


def complete_signature(unit: UnitOfWork, request_id: UUID, role: Role) -> None:
    """Timestamp and embed the stored value; the first finished file stored wins."""
    with unit.begin(SYSTEM) as work:
        request = get_request(work, request_id)
    signature = signature_of(request, role)
    if signature is None or signature.value is None:
        raise NotYetSigned("The key has not answered yet.")
    if signature.result_sha256 is None:
        complete_made(unit, Level(request.level), signature)


def complete_made(unit: UnitOfWork, level: Level, signature: Signature) -> None:
    """The same for a signature whose value was just put on record."""
    if signature.value is None:
        raise NotYetSigned("The key has not answered yet.")
    role, revision = Role(signature.role), unit.tools[Storage].get(signature.revision_sha256)
    stamped = level.reaches(Level.B_T)
    token = unit.tools[Timestamper].token(hashlib.sha256(signature.value).digest()) if stamped else None
    finished = complete(
        revision, signature.attributes, signature.value, signature.certificate, list(signature.chain), token
    )
    if role is Role.SEAL:
        finished = raise_to(finished, level, unit.tools[RevocationSource], unit.tools[Timestamper].token)
    digest = unit.tools[Storage].put(finished)
    with unit.begin(SYSTEM) as work:
        _keep_result(work, signature.request_id, role, digest)


def _keep_result(work: Work, request_id: UUID, role: Role, digest: str) -> None:
    request = get_request(work, request_id, lock=True)
    signature = signature_of(request, role)
    if signature is None or signature.result_sha256 is not None:
        return
    signature.result_sha256, signature.completed_at = digest, work.clock.now()
    before, after = FINISHED[role]
    if request.state == before:  # a void request stays void: what was signed is kept, and leads nowhere
        request.state = after
        kind = RequestSigned if role is Role.OFFICIAL else RequestSealed
        work.record(kind(request.id, request.purpose, request.subject))
