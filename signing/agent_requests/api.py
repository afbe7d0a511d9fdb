"""What agents fetch: the installation's public key when they are paired, and the document of a request."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from config.access import as_visitor, current_unit, public
from signing.agent_requests.ask import agent_key
from signing.agent_requests.claims import DOCUMENT_ADDRESS, KEY_ADDRESS, VERSION, Verb
from signing.agent_requests.document import document_of
from signing.agent_requests.schemas import AgentDocumentSchema, AgentKeySchema
from signing.agent_requests.verbs import NOT_SERVED

agents = Blueprint("agents", __name__, description="For the program on an official's machine that signs with their key")
agents.before_request(as_visitor)  # no cookie and no token counts here: the request itself is the right


@agents.get(KEY_ADDRESS)
@agents.response(200, AgentKeySchema)
@agents.alt_response(422, description="This installation serves no agents")
@agents.alt_response(503, description="Another process does not answer")
@public
def key() -> Response:
    """The public key by which an agent knows this installation; a person compares its fingerprint."""
    issuer, jwk = agent_key(current_unit())
    served = [verb.value for verb in Verb if verb not in NOT_SERVED]
    reasons = {verb.value: reason for verb, reason in NOT_SERVED.items()}
    response = jsonify(version=VERSION, issuer=issuer, keys=[jwk], verbs=served, not_served=reasons)
    response.headers["Cache-Control"] = "no-store"
    return response


@agents.post(DOCUMENT_ADDRESS)
@agents.arguments(AgentDocumentSchema)
@agents.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@agents.alt_response(403, description="The request is not one of this installation, or its time is over")
@agents.alt_response(404, description="There is no such signing session")
@agents.alt_response(409, description="The signing session has ended")
@agents.alt_response(422, description="The document cannot be signed any more")
@agents.alt_response(503, description="Another process does not answer")
@public
def document(body: dict[str, Any]) -> Response:
    """The exact bytes that a request is about, for the agent to look at and to hash."""
    content = document_of(current_unit(), body["request"])
    return Response(content, content_type="application/pdf", headers={"Cache-Control": "no-store"})
