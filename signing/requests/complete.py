"""Make a finished signature (B-T) of a stored value: timestamp, embed, check. Runs in a job, may be repeated."""

from __future__ import annotations

import hashlib
from uuid import UUID

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.pades.complete import complete
from signing.requests.errors import NotYetSigned
from signing.requests.events import RequestSealed, RequestSigned
from signing.requests.models import Role, Signature, State
from signing.requests.queries import get_request, signature_of
from signing.timestamps.client import Timestamper

FINISHED = {Role.OFFICIAL: (State.FILED, State.SIGNED), Role.SEAL: (State.SIGNED, State.SEALED)}


def complete_signature(unit: UnitOfWork, request_id: UUID, role: Role) -> None:
    """Timestamp and embed the stored value; the first finished file stored wins."""
    with unit.begin(SYSTEM) as work:
        signature = _made(work, request_id, role)
    if signature.result_sha256 is not None or signature.value is None:
        return
    revision = unit.tools[Storage].get(signature.revision_sha256)
    token = unit.tools[Timestamper].token(hashlib.sha256(signature.value).digest())
    finished = complete(
        revision, signature.attributes, signature.value, signature.certificate, list(signature.chain), token
    )
    digest = unit.tools[Storage].put(finished)
    with unit.begin(SYSTEM) as work:
        _keep_result(work, request_id, role, digest)


def _made(work: Work, request_id: UUID, role: Role) -> Signature:
    signature = signature_of(get_request(work, request_id), role)
    if signature is None or signature.value is None:
        raise NotYetSigned("The key has not answered yet.")
    return signature


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
