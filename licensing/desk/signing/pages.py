"""View and sign, view and seal: documents are ticked, looked at one by one, then signed together.

A PIN is read from its form, handed on, and never written anywhere, not even into the page that says it was wrong.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request

from config.access import begin_work, current_actor, current_unit, requires
from config.error_pages import said
from config.languages import translated
from config.pages import Pages, page_address
from config.sentences import later, say
from config.settings import Settings
from config.unit_of_work import Work
from licensing.accounts.roles import DECIDE, SEAL
from licensing.deadlines.calendars import calendar_named
from licensing.desk.pages import page_wanted
from licensing.desk.rules import Limit, Standing, standing
from licensing.documents.page_images import HEADERS, page_image
from licensing.documents.rules import download_headers
from licensing.licences.queries import document_bytes, document_in_reach
from licensing.licences.schemas import PIN
from licensing.licences.seal_several import MOST, Results, seal_several
from licensing.licences.sign_batch import sign_batch
from licensing.licences.sign_elsewhere import kind_of_key
from licensing.licences.view import NOT_VIEWED, mark_viewed
from licensing.licences.waiting import (
    Waiting,
    being_prepared,
    chosen_documents,
    pages_of,
    waiting_to_seal,
    waiting_to_sign,
)
from signing.batches.errors import BatchEmpty
from signing.signer.errors import PinLocked, WrongPin

pages = Pages("desk_signing", __name__)
MODES = "<any(signing, sealing):mode>"
ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Said on a page of its own address: going back from there asks nobody to send a PIN again.
PIN_FAULTS = {
    "wrong": later("The PIN is wrong. Check it before you try again."),
    "shut": later("Too many wrong PINs: the key stays shut for a while. Wait, or ask your administrator."),
    "unlike": later("Type your PIN: 4 to 64 letters or digits."),
}
AGAIN = "3"  # seconds until a page of results asks again


@pages.get("/desk/signing")
@requires(DECIDE)
def to_sign() -> Any:
    """Documents that wait for the caller's signature."""
    return list_page("signing")


@pages.get("/desk/sealing")
@requires(SEAL)
def to_seal() -> Any:
    """Signed documents that wait for the seal."""
    return list_page("sealing")


def list_page(mode: str, fault: str | None = None) -> Response:
    """The list, with what was wrong about the ticks."""
    with begin_work() as work:
        page = page_wanted()
        waiting = waiting_to_seal(work, page) if mode == "sealing" else waiting_to_sign(work, page)
        body = render_template(
            "desk/to_sign.html",
            mode=mode,
            waiting=waiting,
            found=[(item, limit_of(work, item)) for item in waiting.items],
            prepared=being_prepared(work) if mode == "signing" else 0,
            ticked=set(request.args.getlist("document")),
            fault=fault,
            most=MOST,
        )
    return make_response(body, 422 if fault else 200)


def limit_of(work: Work, item: Waiting) -> Standing:
    """How the time limit of the application stands."""
    limit = Limit(item.due_on, item.due_at, item.ended_at) if item.due_on and item.due_at else None
    return standing(calendar_named(work.tools[Settings].calendar), limit, work.clock.now().astimezone(work.clock.zone))


def ids(values: list[str]) -> list[UUID]:
    """The documents that a form or an address names, each once."""
    found = [UUID(value) for value in values if re.fullmatch(ID, value)]
    return list(dict.fromkeys(found))


def onward(page: str, mode: str, chosen: list[UUID], **more: Any) -> Response:
    """To the next page with the same documents."""
    address = page_address(f"desk_signing_pages.{page}", mode=mode, document=[str(item) for item in chosen], **more)
    return redirect(address, 303)  # type: ignore[return-value]  # werkzeug's response


@pages.get(f"/desk/{MODES}/view")
@requires(DECIDE, SEAL)
def view(mode: str) -> Any:
    """The next ticked document that was not looked at; after the last, on to sign."""
    chosen = ids(request.args.getlist("document"))
    if not chosen:
        return list_page(mode, later("Tick at least one document."))
    if len(chosen) > MOST:
        return list_page(mode, say("Tick at most {most} documents at once.", most=MOST))
    with begin_work() as work:
        found = chosen_documents(work, chosen, sealing=mode == "sealing")
        again = request.args.get("at", "")
        shown = next((item for item in found if str(item.id) == again), None)
        shown = shown or next((item for item in found if item.stage == "ready" and not item.viewed), None)
        if shown is not None:
            place = found.index(shown) + 1
            count = pages_of(work, shown.id)
            return render_template("desk/view.html", mode=mode, item=shown, found=found, place=place, pages=count)
    return onward("sign" if any(item.stage == "ready" for item in found) else "results", mode, chosen)


@pages.post(f"/desk/{MODES}/view")
@requires(DECIDE, SEAL)
def viewed(mode: str) -> Any:
    """The caller has looked at a document."""
    chosen, looked = ids(request.form.getlist("document")), ids(request.form.getlist("looked"))
    with begin_work() as work:
        for request_id in looked:
            mark_viewed(work, request_id, request.form.get("sha256", ""))
    return onward("view", mode, chosen)


@pages.get(f"/desk/{MODES}/sign")
@requires(DECIDE, SEAL)
def sign(mode: str) -> Any:
    """All documents that were looked at, and the PIN."""
    chosen = ids(request.args.getlist("document"))[:MOST]
    fault = PIN_FAULTS.get(request.args.get("fault", ""))
    elsewhere = kind_of_key(current_unit(), current_actor()) if mode == "signing" else None
    with begin_work() as work:
        found = chosen_documents(work, chosen, sealing=mode == "sealing")
        ready = [item for item in found if item.stage == "ready" and item.viewed]
        unseen = [item for item in found if item.stage == "ready" and not item.viewed]
        others = [item for item in found if item.stage != "ready"]
        if ready or unseen:
            given: dict[str, Any] = {"mode": mode, "found": found, "ready": ready, "unseen": unseen, "others": others}
            body = render_template("desk/sign.html", **given, elsewhere=elsewhere, fault=fault)
            return make_response(body, 422 if fault else 200)
    return onward("results", mode, chosen)


@pages.post(f"/desk/{MODES}/sign")
@requires(DECIDE, SEAL)
def signed(mode: str) -> Any:
    """Have them signed, each by a job, or order the seals."""
    chosen = ids(request.form.getlist("document"))[:MOST]
    if mode == "sealing":
        results = seal_several(current_unit(), current_actor(), chosen)
        return told(mode, chosen, results)
    pin = request.form.get("pin", "")
    if not re.fullmatch(PIN, pin):
        return onward("sign", mode, chosen, fault="unlike")
    seen = _seen(chosen)
    if not seen:
        return onward("results", mode, chosen)
    try:
        batch_id = sign_batch(current_unit(), current_actor(), seen, pin)
    except WrongPin:
        return onward("sign", mode, chosen, fault="wrong")
    except PinLocked:
        return onward("sign", mode, chosen, fault="shut")
    except BatchEmpty:
        return onward("results", mode, chosen)
    return redirect(page_address("desk_batches_pages.progress", batch_id=batch_id), 303)


def _seen(chosen: list[UUID]) -> list[UUID]:
    """Those that can be signed and were looked at; what was not is said on the next page."""
    with begin_work() as work:
        found = [item for item in chosen_documents(work, chosen, sealing=False) if item.stage == "ready"]
    for item in found:
        if not item.viewed:
            flash(f"{item.reference}: {translated(NOT_VIEWED)}", "error")
    return [item.id for item in found if item.viewed]


def told(mode: str, chosen: list[UUID], results: Results) -> Response:
    """On to the results; why something was not signed is said there once."""
    with begin_work() as work:
        failed = {item.request_id: item.refusal for item in results.refused}
        for item in chosen_documents(work, list(failed), sealing=mode == "sealing"):
            refusal = failed[item.id]
            why = translated(said(refusal)) if refusal else ""
            flash(f"{item.reference}: {why}", "error")
    return onward("results", mode, chosen)


@pages.get(f"/desk/{MODES}/results")
@requires(DECIDE, SEAL)
def results(mode: str) -> Any:
    """What has become of each document; asks again by itself while a seal is being put on."""
    chosen = ids(request.args.getlist("document"))[:MOST]
    with begin_work() as work:
        found = chosen_documents(work, chosen, sealing=mode == "sealing")
        ordered = mode == "sealing" and any(item.viewed and item.stage in ("ready", "sealing") for item in found)
        response = make_response(render_template("desk/results.html", mode=mode, found=found, waiting=ordered))
    if ordered:
        response.headers["Refresh"] = AGAIN
    return response


@pages.get("/desk/papers/<uuid:request_id>/pages/<int:number>")
@requires(DECIDE, SEAL)
def paper_image(request_id: UUID, number: int) -> Response:
    """A page of the very bytes on record, drawn."""
    with begin_work() as work:
        content = document_bytes(work, document_in_reach(work, request_id))
    return Response(page_image(content, min(number, 10_000)), headers=HEADERS)


@pages.get("/desk/papers/<uuid:request_id>/file")
@requires(DECIDE, SEAL)
def paper_file(request_id: UUID) -> Response:
    """The very bytes on record, to be saved."""
    with begin_work() as work:
        content = document_bytes(work, document_in_reach(work, request_id))
    return Response(content, headers=download_headers(f"{request_id}.pdf", "application/pdf"))
