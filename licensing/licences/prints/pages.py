"""Certified prints of a licence in a browser: the log, the order, the paper; at the desk and for its holder."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request

from config import tokens
from config.access import begin_work, current_actor, current_unit, requires
from config.error_pages import said
from config.errors import Refused
from config.languages import translated
from config.pages import Pages, page_address
from config.problems import status_of
from config.sentences import later, say
from config.unit_of_work import Work
from licensing.accounts.roles import APPLY, PRINT_LICENCES, READ_APPLICATIONS
from licensing.applications.queries import application_in_charge, own_application
from licensing.licences.prints.compose import fetch_print
from licensing.licences.prints.errors import PrintNotAllowed
from licensing.licences.prints.make_print import make_print, may_print
from licensing.licences.prints.queries import logged_print, prints_on_record
from licensing.licences.prints.rules import LONGEST_REASON, LONGEST_RECIPIENT, PrintOrder
from licensing.licences.queries import licence_for_reader
from registry.log.known_key import learn_log_key
from registry.prints.record_print import printable

pages = Pages("prints", __name__)
DESK, OWN = "desk", "own"
AT_THE_DESK = "/desk/applications/<uuid:application_id>/prints"
OF_ONES_OWN = "/applications/<uuid:application_id>/prints"
MADE = later("Certified print no. {number} is on record. Open its paper and print it.")


@pages.get(AT_THE_DESK)
@requires(READ_APPLICATIONS)
def at_the_desk(application_id: UUID) -> Response:
    """All prints of a licence, for the officials in charge, and the order to whoever may print."""
    return prints_page(application_id, DESK)


@pages.get(OF_ONES_OWN)
@requires(APPLY)
def of_ones_own(application_id: UUID) -> Response:
    """All prints of one's own licence, and the order."""
    return prints_page(application_id, OWN)


@pages.post(AT_THE_DESK)
@requires(PRINT_LICENCES)
def order_at_the_desk(application_id: UUID) -> Any:
    """Make a print for somebody."""
    return _ordered(application_id, DESK)


@pages.post(OF_ONES_OWN)
@requires(APPLY)
def order_of_ones_own(application_id: UUID) -> Any:
    """Make a print of one's own licence."""
    return _ordered(application_id, OWN)


@pages.get("/prints/<uuid:print_id>/paper.pdf")
@requires(PRINT_LICENCES, APPLY)
def paper(print_id: UUID) -> Response:
    """The paper of a print, to whoever made it, on the same day; shown by the browser, so that it can be printed."""
    name, content = fetch_print(current_unit(), current_actor(), print_id)
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def prints_page(application_id: UUID, place: str, refusal: Refused | None = None) -> Response:
    """The page as things stand now; after a refusal with what was said and what was typed."""
    learn_log_key(current_unit())
    with begin_work() as work:
        application = (own_application if place == OWN else application_in_charge)(work, application_id)
        licence = licence_for_reader(work, application_id)
        against = why_not(work, application_id)
        body = render_template(
            "prints/prints.html",
            place=place,
            application=application,
            licence=licence,
            prints=prints_on_record(work, application_id),
            against=against,
            order_key=request.form.get("order_key") or tokens.new_id(),
            typed=request.form,
            refusal=said(refusal) if refusal else None,
            faults={fault["pointer"].strip("/"): fault["detail"] for fault in refusal.errors} if refusal else {},
            longest={"recipient": LONGEST_RECIPIENT, "reason": LONGEST_REASON},
        )
    return make_response(body, status_of(refusal) if refusal else 200)


def why_not(work: Work, application_id: UUID) -> str | None:
    """Why no print can be made now, in words; empty for those who only read, None when one can be made."""
    try:
        licence, _ = may_print(work, application_id)
        if licence.entry_id is not None:
            printable(work, licence.entry_id)
    except PrintNotAllowed:
        return ""
    except Refused as refusal:
        return said(refusal)
    return None


def _ordered(application_id: UUID, place: str) -> Any:
    try:
        key = UUID(request.form.get("order_key", ""))
    except ValueError:
        key = tokens.new_id()
    form = request.form
    order = PrintOrder(key, form.get("recipient", ""), form.get("reason", ""))
    try:
        record = make_print(current_unit(), current_actor(), application_id, order)
    except Refused as refusal:
        return prints_page(application_id, place, refusal)
    with begin_work() as work:
        number = logged_print(work, record).number
    flash(translated(say(MADE, number=number)), "success")  # the cookie keeps plain texts
    endpoint = "prints_pages.of_ones_own" if place == OWN else "prints_pages.at_the_desk"
    return redirect(page_address(endpoint, application_id=application_id, _anchor=f"print-{number}"), 303)
