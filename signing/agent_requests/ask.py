"""Ask an agent: the request is made and signed by the signer process, for an open session of a held key."""

from __future__ import annotations

from uuid import UUID

from config.access import SYSTEM
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from signing.agent_requests.claims import NAME
from signing.agent_requests.errors import AgentRequestMalformed
from signing.sessions.errors import SigningSessionNotFound
from signing.sessions.finish import asked_again, refuse_ended
from signing.sessions.models import Kind
from signing.sessions.queries import session_by_id
from signing.signer.client import SignerClient


def make_agent_request(unit: UnitOfWork, session_id: UUID, signatory: str, agent: str, nonce: str) -> str:
    """The request as JWS, for one connection (`nonce`) of one agent.

    Raises AgentRequestMalformed, SigningSessionNotFound (also another account's), SigningSessionExpired,
    SigningSessionClosed, AgentsNotServed, and what `sign_request` raises.
    """
    if not NAME.fullmatch(agent) or not NAME.fullmatch(nonce):
        raise AgentRequestMalformed(later("The agent did not say who it is."))
    with unit.begin(SYSTEM) as work:
        session = session_by_id(work, session_id)
        if session.account != signatory or session.kind != Kind.HELD:
            raise SigningSessionNotFound(later("There is no such signing session."))
        refuse_ended(work, session)
        signature = asked_again(work, session)
    revision = unit.tools[Storage].get(signature.revision_sha256)
    asked = {"session": str(session_id), "agent": agent, "nonce": nonce}
    signer = unit.tools[SignerClient]
    return signer.agent_request(session.request_id, signature.key, signature.attributes, revision, asked)


def agent_key(unit: UnitOfWork) -> tuple[str, dict[str, str]]:
    """Who signs requests to agents: this installation's origin, and its public JWK (AgentsNotServed)."""
    return unit.tools[SignerClient].agent_key()
