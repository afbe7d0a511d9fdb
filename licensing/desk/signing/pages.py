"""View and sign, view and seal: documents are ticked, looked at one by one, then signed together.

A PIN is read from its form, handed on, and never written anywhere, not even into the page that says it was wrong.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request
from werkzeug.datastructures import CombinedMultiDict, MultiDict

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
from licensing.desk.signing.chosen import Chosen, chosen_in, ids
from licensing.documents.page_images import HEADERS, page_image
from licensing.documents.rules import download_headers
from licensing.licences.enclosures import enclosure_content, enclosures_in_reach
from licensing.licences.queries import document_bytes, document_in_reach
from licensing.licences.return_document import return_document
from licensing.licences.schemas import PIN
from licensing.licences.seal_several import Results, seal_several
from licensing.licences.selections import MOST, keep_selection, too_many
from licensing.licences.sign_batch import sign_batch
from licensing.licences.sign_elsewhere import kind_of_key
from licensing.licences.view import NOT_VIEWED, mark_viewed
from licensing.licences.waiting import (
    Waiting,
    being_prepared,
    chosen_documents,
    pages_of,
    ready_documents,
    waiting_to_seal,
    waiting_to_sign,
)
from signing.batches.errors import BatchEmpty
from signing.signer.errors import PinLocked, WrongPin

pages = Pages("desk_signing", __name__)
MODES = "<any(signing, sealing):mode>"
# Said on a page of its own address: going back from there asks nobody to send a PIN again.
PIN_FAULTS = {
    "wrong": later("The PIN is wrong. Check it before you try again."),
    "shut": later("Too many wrong PINs: the key stays shut for a while. Wait, or ask your administrator."),
    "unlike": later("Type your PIN: 4 to 64 letters or digits."),
}
LONGEST_REASON = 2000  # characters
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
            ticked=set(request.values.getlist("document")),
            fault=fault,
            most=MOST,
        )
    return make_response(body, 422 if fault else 200)


def limit_of(work: Work, item: Waiting) -> Standing:
    """How the time limit of the application stands."""
    limit = Limit(item.due_on, item.due_at, item.ended_at) if item.due_on and item.due_at else None
    return standing(calendar_named(work.tools[Settings].calendar), limit, work.clock.now().astimezone(work.clock.zone))


@pages.post(f"/desk/{MODES}/selections")
@requires(DECIDE, SEAL)
def select(mode: str) -> Any:
    """Keep what was ticked, or everything that is ready, and go on to look at it."""
    with begin_work() as work:
        every = "all" in request.form
        ticked = ready_documents(work, sealing=mode == "sealing") if every else ids(request.form.getlist("document"))
        fault = too_many(ticked) if ticked else later("Tick at least one document.")
        kept = None if fault else keep_selection(work, ticked)
    if fault:
        return list_page(mode, fault)
    return redirect(page_address("desk_signing_pages.view", mode=mode, list=kept), 303)


@pages.get(f"/desk/{MODES}/view")
@requires(DECIDE, SEAL)
def view(mode: str) -> Any:
    """The next ticked document that was not looked at; after the last, on to sign."""
    return view_page(mode, request.args)


def view_page(mode: str, values: MultiDict[str, str], fault: str | None = None) -> Response:
    """One of the documents, with what was wrong about its return."""
    with begin_work() as work:
        chosen = chosen_in(work, values)
        found = chosen_documents(work, chosen.ids, sealing=mode == "sealing")
        to_see = [item for item in found if item.stage == "ready" and not item.viewed]
        shown = next((item for item in found if str(item.id) == values.get("at", "")), None) or next(iter(to_see), None)
        if shown is not None:
            given = {"item": shown, "count": len(found), "place": found.index(shown) + 1, "left": len(to_see)}
            given |= {"pages": pages_of(work, shown.id), "named": chosen.named, "fault": fault}
            given["enclosures"] = enclosures_in_reach(work, shown.id)
            return make_response(render_template("desk/view.html", mode=mode, **given), 422 if fault else 200)
    if not found:
        return list_page(mode, later("Tick at least one document."))
    following = "sign" if any(item.stage == "ready" for item in found) else "results"
    return make_response(redirect(chosen.onward(following, mode), 303))


@pages.post(f"/desk/{MODES}/view")
@requires(DECIDE, SEAL)
def viewed(mode: str) -> Any:
    """The caller has looked at a document."""
    with begin_work() as work:
        chosen = chosen_in(work, request.form)
        for request_id in ids(request.form.getlist("looked")):
            mark_viewed(work, request_id, request.form.get("sha256", ""))
    return redirect(chosen.onward("view", mode), 303)


@pages.post("/desk/signing/return/<uuid:request_id>")
@requires(DECIDE)
def returned(request_id: UUID) -> Any:
    """The caller does not sign a document: it goes back with the reason; the other ticks stay."""
    reason = request.form.get("reason", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        fault = later("Write the reason.") if not reason else say("At most {most} characters.", most=LONGEST_REASON)
        return view_page("signing", CombinedMultiDict([MultiDict({"at": str(request_id)}), request.form]), fault)
    with begin_work() as work:
        chosen = chosen_in(work, request.form)
        reference = chosen_documents(work, [request_id], sealing=False)[0].reference
        return_document(work, request_id, reason)
    flash(translated(say("{reference} was returned; the other documents stay ticked.", reference=reference)), "success")
    return redirect(chosen.onward("view", "signing"), 303)


@pages.get(f"/desk/{MODES}/sign")
@requires(DECIDE, SEAL)
def sign(mode: str) -> Any:
    """All documents that were looked at, and the PIN."""
    fault = PIN_FAULTS.get(request.args.get("fault", ""))
    elsewhere = kind_of_key(current_unit(), current_actor()) if mode == "signing" else None
    with begin_work() as work:
        chosen = chosen_in(work, request.args)
        found = chosen_documents(work, chosen.ids, sealing=mode == "sealing")
        ready = [item for item in found if item.stage == "ready" and item.viewed]
        unseen = [item for item in found if item.stage == "ready" and not item.viewed]
        others = [item for item in found if item.stage != "ready"]
        if ready or unseen:
            given = {"mode": mode, "named": chosen.named, "ready": ready, "unseen": unseen, "others": others}
            body = render_template("desk/sign.html", **given, elsewhere=elsewhere, fault=fault)
            return make_response(body, 422 if fault else 200)
    return redirect(chosen.onward("results", mode), 303)


@pages.post(f"/desk/{MODES}/sign")
@requires(DECIDE, SEAL)
def signed(mode: str) -> Any:
    """Have exactly those signed that the page showed, each by a job, or order the seals."""
    with begin_work() as work:
        chosen = chosen_in(work, request.form)
    shown = ids(request.form.getlist("shown")) or chosen.ids
    if mode == "sealing":
        return told(chosen, seal_several(current_unit(), current_actor(), shown))
    pin = request.form.get("pin", "")
    if not re.fullmatch(PIN, pin):
        return redirect(chosen.onward("sign", mode, fault="unlike"), 303)
    seen = _seen(shown)
    if not seen:
        return redirect(chosen.onward("results", mode), 303)
    try:
        batch_id = sign_batch(current_unit(), current_actor(), seen, pin)
    except WrongPin:
        return redirect(chosen.onward("sign", mode, fault="wrong"), 303)
    except PinLocked:
        return redirect(chosen.onward("sign", mode, fault="shut"), 303)
    except BatchEmpty:
        return redirect(chosen.onward("results", mode), 303)
    return redirect(page_address("desk_batches_pages.progress", batch_id=batch_id), 303)


def _seen(shown: list[UUID]) -> list[UUID]:
    """Those that can be signed and were looked at; what was not is said on the next page."""
    with begin_work() as work:
        found = [item for item in chosen_documents(work, shown, sealing=False) if item.stage == "ready"]
    for item in found:
        if not item.viewed:
            flash(f"{item.reference}: {translated(NOT_VIEWED)}", "error")
    return [item.id for item in found if item.viewed]


def told(chosen: Chosen, results: Results) -> Any:
    """On to the results; why something was not sealed is said there once."""
    with begin_work() as work:
        failed = {item.request_id: item.refusal for item in results.refused}
        for item in chosen_documents(work, list(failed), sealing=True):
            refusal = failed[item.id]
            why = translated(said(refusal)) if refusal else ""
            flash(f"{item.reference}: {why}", "error")
    return redirect(chosen.onward("results", "sealing"), 303)


@pages.get(f"/desk/{MODES}/results")
@requires(DECIDE, SEAL)
def results(mode: str) -> Any:
    """What has become of each document; asks again by itself while a seal is being put on."""
    with begin_work() as work:
        chosen = chosen_in(work, request.args)
        found = chosen_documents(work, chosen.ids, sealing=mode == "sealing")
        ordered = mode == "sealing" and any(item.viewed and item.stage in ("ready", "sealing") for item in found)
        given = {"found": found, "waiting": ordered, "named": chosen.named}
        response = make_response(render_template("desk/results.html", mode=mode, **given))
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


@pages.get("/desk/papers/<uuid:request_id>/enclosures/<int:position>")
@requires(DECIDE, SEAL)
def enclosure_file(request_id: UUID, position: int) -> Response:
    """A file that goes out with the document, to be saved: somebody else made it."""
    with begin_work() as work:
        content = enclosure_content(work, request_id, position)
    return Response(content, headers=download_headers(f"{request_id}-{position}.pdf", "application/pdf"))


@pages.get("/desk/papers/<uuid:request_id>/enclosures/<int:position>/pages/<int:number>")
@requires(DECIDE, SEAL)
def enclosure_image(request_id: UUID, position: int, number: int) -> Response:
    """A page of such a file, drawn."""
    with begin_work() as work:
        content = enclosure_content(work, request_id, position)
    return Response(page_image(content, min(number, 10_000)), headers=HEADERS)


@pages.get("/desk/papers/<uuid:request_id>/file")
@requires(DECIDE, SEAL)
def paper_file(request_id: UUID) -> Response:
    """The very bytes on record, to be saved."""
    with begin_work() as work:
        content = document_bytes(work, document_in_reach(work, request_id))
    return Response(content, headers=download_headers(f"{request_id}.pdf", "application/pdf"))
