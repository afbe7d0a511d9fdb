"""The agent on an official's machine: how it is paired with this installation, and the requests that it is given."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, render_template, request

from config.access import current_actor, current_unit, requires
from config.error_pages import said
from config.errors import Refused
from config.languages import translated
from config.pages import Pages
from config.settings import Settings
from licensing.accounts.roles import DECIDE
from licensing.desk.signing.chosen import MOST_IN_ADDRESS, ids
from licensing.licences.sign_elsewhere import ask_agent, key_for_agents
from signing.agent_requests.claims import USUAL_PORT
from signing.agent_requests.jws import spoken, thumbprint

pages = Pages("desk_agent", __name__)


@pages.get("/desk/signing/agent")
@requires(DECIDE)
def how() -> Any:
    """What the agent is, how it is paired, and the fingerprint to compare."""
    jwk = key_for_agents(current_unit())
    settings: Settings = current_app.extensions["settings"]
    shown = spoken(thumbprint(jwk)) if jwk is not None else ""
    return render_template(
        "desk/agent.html",
        fingerprint=shown,
        address=own_address(),
        port=settings.agent_port,
        usual=settings.agent_port == USUAL_PORT,
    )


def own_address() -> str:
    """As the browser has it, which the agent compares; a proxy in front may hide the https from us."""
    public = str(current_app.config["PUBLIC_ORIGIN"])
    return public if public.startswith("https://") else request.host_url.rstrip("/")


@pages.post("/desk/signing/agent")
@requires(DECIDE)
def requests() -> Response:
    """For the script of the signing page: a request for each session, for one connection of one agent."""
    unit, actor, form = current_unit(), current_actor(), request.form
    agent, nonce, verb = form.get("agent", ""), form.get("nonce", ""), form.get("verb", "")
    made, refused = [], []
    for session_id in ids(form.getlist("session"))[:MOST_IN_ADDRESS]:
        try:
            signed = ask_agent(unit, actor, session_id, verb, agent, nonce)
            made.append({"session": str(session_id), "request": signed})
        except Refused as refusal:
            refused.append({"session": str(session_id), "code": refusal.code, "detail": translated(said(refusal))})
    return jsonify(requests=made, refused=refused)
