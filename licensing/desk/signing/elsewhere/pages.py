"""Sign with a key that is elsewhere: confirm on the telephone, or sign by one's own program and hand the value in.

Works without scripts: the page asks again by itself while a telephone is being waited for, and by a link.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, make_response, redirect, render_template, request

from config.access import begin_work, current_actor, current_unit, requires
from config.error_pages import said
from config.errors import Refused, RuleBroken
from config.languages import translated
from config.pages import Pages, allow_connection, page_address
from config.sentences import later
from config.settings import Settings
from licensing.accounts.roles import DECIDE
from licensing.desk.signing.chosen import MOST_IN_ADDRESS, ids
from licensing.licences.sign_elsewhere import (
    begin_signing,
    finish_signing,
    key_for_agents,
    own_session,
    own_sessions,
    release_session,
)
from licensing.licences.waiting import chosen_documents
from signing.sessions.errors import DocumentLocked
from signing.sessions.finish import Answer
from signing.sessions.models import Kind, SessionState
from signing.sessions.shown import ShownSession

pages = Pages("desk_elsewhere", __name__)
AGAIN = "3"  # seconds until the page asks how far the telephone is
SAVED = {
    "Content-Disposition": 'attachment; filename="attributes.der"',
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
LARGEST_VALUE = 8_192  # bytes of a file with a signature value; a larger one is none


@pages.post("/desk/signing/sessions")
@requires(DECIDE)
def begun() -> Any:
    """Begin a session for each document; one that is begun already goes on."""
    chosen = ids(request.form.getlist("document"))[:MOST_IN_ADDRESS]
    for request_id in chosen:
        try:
            begin_signing(current_unit(), current_actor(), request_id)
        except DocumentLocked:
            continue  # a double click, or another window: the page shows how far that one is
        except Refused as refusal:
            flash(translated(said(refusal)), "error")
    return onward(ids(request.form.getlist("shown"))[:MOST_IN_ADDRESS] or chosen)


@pages.get("/desk/signing/sessions")
@requires(DECIDE)
def sessions() -> Any:
    """Each document with its session: what is to be done, or what has become of it."""
    chosen = ids(request.args.getlist("document"))[:MOST_IN_ADDRESS]
    with begin_work() as work:
        found = chosen_documents(work, chosen, sealing=False)
        own = own_sessions(work, [item.id for item in found])
        waits = any(one.state == SessionState.OPEN and one.kind == Kind.CONFIRM for one in own.values())
        reasons = {item: translated(said(RuleBroken(one.reason))) for item, one in own.items() if one.reason}
        port = agent_port(list(own.values()))
        given = {"found": found, "sessions": own, "reasons": reasons, "chosen": chosen, "waits": waits, "port": port}
        body = render_template("desk/elsewhere.html", **given)
    response = make_response(body)
    if waits:
        response.headers["Refresh"] = AGAIN
    return response


@pages.get("/desk/signing/sessions/<uuid:session_id>/attributes")
@requires(DECIDE)
def to_be_signed(session_id: UUID) -> Response:
    """What the key signs, to be saved: DER of the signed attributes."""
    with begin_work() as work:
        attributes = own_session(work, session_id).attributes
    return Response(attributes, content_type="application/octet-stream", headers=SAVED)


@pages.post("/desk/signing/sessions/<uuid:session_id>/value")
@requires(DECIDE)
def handed_in(session_id: UUID) -> Any:
    """The file with the signature value."""
    chosen, upload = ids(request.form.getlist("document"))[:MOST_IN_ADDRESS], request.files.get("value")
    value = upload.stream.read(LARGEST_VALUE) if upload is not None else b""
    if not value:
        flash(translated(later("Choose the file with the signature.")), "error")
        return onward(chosen)
    answer = Answer(value, request.form.get("secret", ""))
    try:
        finish_signing(current_unit(), current_actor(), session_id, answer)
    except Refused as refusal:
        flash(translated(said(refusal)), "error")
    return onward(chosen)


@pages.post("/desk/signing/sessions/<uuid:session_id>/release")
@requires(DECIDE)
def released(session_id: UUID) -> Any:
    """Give the document free; it is not signed."""
    with begin_work() as work:
        own_session(work, session_id)
        release_session(work, session_id)
    return onward(ids(request.form.getlist("document"))[:MOST_IN_ADDRESS])


def agent_port(sessions: list[ShownSession]) -> int | None:
    """Where the page's script looks for the person's agent, if there is something for it; the page may connect there.

    Nowhere where this installation serves no agents.
    """
    held = any(one.state == SessionState.OPEN and one.kind == Kind.HELD for one in sessions)
    if not held or key_for_agents(current_unit()) is None:
        return None
    settings: Settings = current_app.extensions["settings"]
    allow_connection(f"ws://127.0.0.1:{settings.agent_port}")
    return settings.agent_port


def onward(chosen: list[UUID]) -> Any:
    """To the page of these documents."""
    return redirect(page_address("desk_elsewhere_pages.sessions", document=[str(item) for item in chosen]), 303)
