"""Reporting a document in one press, without an account; nobody is asked who they are."""

from __future__ import annotations

from typing import Any

from flask import current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from config.access import VISITOR, current_unit, public
from config.languages import translated
from config.origin import network_of
from config.pages import Pages, page_address
from config.sentences import later
from registry.suspicions.errors import SuspicionNotAccepted, SuspicionNotFound, TooManySuspicions
from registry.suspicions.queries import by_reference
from registry.suspicions.tell import LONGEST_CONTACT, LONGEST_NOTE, Told, tell
from registry.suspicions.words import words_of
from registry.verification.contacts import whom_to_call
from registry.verification.evidence import Evidence, VerdictTooOld, opened

pages = Pages("suspicions", __name__, for_visitors=True)
FILE_MISSING = later("Choose the file, or take the tick away.")
FILE_TOO_LARGE = later("The file is too large to be kept. Report the document without it.")
TOO_LONG = later("This is too long.")


@pages.post("/verify/suspicion")
@public
def send() -> Any:
    """Keep a report; whoever pressed twice comes to the same page."""
    try:
        form, upload = request.form, request.files.get("file")
    except RequestEntityTooLarge:
        return _form(None, {"file": FILE_TOO_LARGE}, 413)
    unit, secret = current_unit(), str(current_app.config["SECRET_KEY"])
    try:
        evidence = opened(form.get("evidence", ""), secret, unit.clock.now())
    except VerdictTooOld as refusal:
        return _form(None, {"": refusal.detail}, 422)
    wanted, content = form.get("keep") == "yes", upload.read() if upload is not None else b""
    faults = _faults(wanted=wanted, content=content)
    if faults:
        return _form(evidence, faults, 422)
    told = Told(form.get("note", ""), form.get("contact", ""), content if wanted else None)
    try:
        with unit.begin(VISITOR) as work:
            reference = tell(work, evidence, told, network_of(request.remote_addr), secret).reference
    except SuspicionNotAccepted as refusal:
        return _form(evidence, {"file" if wanted else "note": refusal.detail}, 422)
    except TooManySuspicions as refusal:
        return _form(evidence, {"": refusal.detail}, 429)
    return redirect(page_address("suspicions_pages.thanks", reference=reference), 303)


@pages.get("/verify/suspicion/<reference>")
@public
def thanks(reference: str) -> Any:
    """What becomes of a report; shows nothing that a person wrote."""
    try:
        with current_unit().begin(VISITOR) as work:
            found = by_reference(work, reference)
            values = {
                "found": found,
                "words": words_of(found.finding),
                "contact": whom_to_call(work, found.register_code),
            }
            return render_template("suspicions/thanks.html", **values)
    except SuspicionNotFound:
        return make_response(render_template("suspicions/unknown.html"), 404)


def _faults(*, wanted: bool, content: bytes) -> dict[str, str]:
    faults = {}
    if len(request.form.get("note", "").strip()) > LONGEST_NOTE:
        faults["note"] = TOO_LONG
    if len(request.form.get("contact", "").strip()) > LONGEST_CONTACT:
        faults["contact"] = TOO_LONG
    if wanted and not content:
        faults["file"] = FILE_MISSING
    return faults


def _form(evidence: Evidence | None, faults: dict[str, str], status: int) -> Any:
    """The form again with what is wrong; what was typed stays."""
    said = {name: translated(text) for name, text in faults.items()}
    summary = [{"text": text, "href": f"#{name}" if name else None} for name, text in said.items()]
    values = {
        "with_file": evidence is not None and evidence.sha256 is not None,
        "evidence": request.form.get("evidence", "") if evidence is not None else None,
        "days": current_app.extensions["settings"].report_days,
        "typed": request.form if evidence is not None else {},
    }
    response = make_response(render_template("suspicions/form.html", summary=summary, faults=said, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response
