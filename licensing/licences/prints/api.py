"""Certified prints over HTTP: the log of a licence, the order of a print, its paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, current_actor, current_unit, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import APPLY, PRINT_LICENCES, READ_APPLICATIONS
from licensing.documents.rules import download_headers
from licensing.licences.prints.compose import fetch_print
from licensing.licences.prints.make_print import make_print
from licensing.licences.prints.queries import LoggedPrint, logged_print, prints_of
from licensing.licences.prints.rules import PrintOrder
from licensing.licences.prints.schemas import PrintOrderSchema, PrintSchema

print_log = Blueprint("print_log", __name__, url_prefix="/v1", description="Certified prints and who made them")

SAYS = {
    403: "The caller's roles do not allow this",
    404: "There is no such application, licence or print, or the caller may not learn that there is",
    409: "The licence is not in force or not ready, the order is another licence's, or the day of the print has passed",
    422: "An official's order does not say for whom and why",
    503: "The log or the typesetter cannot be reached",
}


def says_no(*statuses: int) -> Any:
    """Document which problems a view answers with."""

    def decorate(view: Any) -> Any:
        for status in statuses:
            view = print_log.alt_response(status, description=SAYS[status])(view)
        return view

    return decorate


@print_log.get("/applications/<uuid:application_id>/prints")
@print_log.response(200, PrintSchema(many=True))
@print_log.doc(**SIGNED_IN)
@says_no(403, 404)
@requires(APPLY, READ_APPLICATIONS)
def list_prints(application_id: UUID) -> list[LoggedPrint]:
    """All certified prints of an application's licence, the newest first. A holder is told of officials no names."""
    with begin_work() as work:
        return prints_of(work, application_id)


@print_log.post("/applications/<uuid:application_id>/prints")
@print_log.arguments(PrintOrderSchema)
@print_log.response(201, PrintSchema)
@print_log.doc(**SIGNED_IN)
@says_no(403, 404, 409, 422, 503)
@requires(APPLY, PRINT_LICENCES)
def order_print(body: dict[str, Any], application_id: UUID) -> LoggedPrint:
    """Make a certified print of a licence that is in force; the same order again finds the same print."""
    order = PrintOrder(body["order_key"], body["recipient"], body["reason"])
    record = make_print(current_unit(), current_actor(), application_id, order)
    with begin_work() as work:
        return logged_print(work, record)


@print_log.get("/prints/<uuid:print_id>/paper")
@print_log.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@print_log.doc(**SIGNED_IN)
@says_no(403, 404, 409, 503)
@requires(APPLY, PRINT_LICENCES)
def print_paper(print_id: UUID) -> Response:
    """The paper of a print as PDF, for whoever made it, on the same day."""
    name, content = fetch_print(current_unit(), current_actor(), print_id)
    return Response(content, headers=download_headers(name, "application/pdf"))
