"""What a request to an agent opens: its one document, while the request and the signing session last."""

from __future__ import annotations

import hashlib
from uuid import UUID

from config.access import SYSTEM
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from signing.agent_requests.claims import KIND, AgentRequest, ClaimsInvalid, request_of_claims
from signing.agent_requests.errors import AgentRequestInvalid
from signing.agent_requests.jws import JwsInvalid, read_jws
from signing.sessions.finish import asked_again, refuse_ended
from signing.sessions.queries import session_by_id
from signing.signer.client import SignerClient

INVALID = later("This request to an agent is not one of this installation, or its time is over.")


def document_of(unit: UnitOfWork, request: str) -> bytes:
    """The PDF that a request is about: the very revision, its last signature still empty.

    Raises AgentRequestInvalid, SigningSessionNotFound, SigningSessionExpired, SigningSessionClosed.
    """
    said = _read(unit, request)
    with unit.begin(SYSTEM) as work:
        session = session_by_id(work, UUID(said.session))
        refuse_ended(work, session)
        signature = asked_again(work, session)
    if signature.revision_sha256 != said.revision_sha256:
        raise AgentRequestInvalid(INVALID)
    if hashlib.sha256(signature.attributes).hexdigest() != said.attributes_sha256:
        raise AgentRequestInvalid(INVALID)
    return unit.tools[Storage].get(signature.revision_sha256)


def _read(unit: UnitOfWork, request: str) -> AgentRequest:
    issuer, jwk = unit.tools[SignerClient].agent_key()
    try:
        said = request_of_claims(read_jws(request, jwk, KIND))
    except (JwsInvalid, ClaimsInvalid):
        raise AgentRequestInvalid(INVALID) from None
    if said.iss != issuer or unit.clock.now().timestamp() >= said.exp:
        raise AgentRequestInvalid(INVALID)
    return said
