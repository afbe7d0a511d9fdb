"""The report on a file as a download, of what a page of ours has told its reader before."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request

from config.access import current_unit, public
from config.languages import language
from config.pages import Pages
from config.secret import secret_of
from registry.verification.pages import form_page
from registry.verification.reports.as_pdf import pdf_report
from registry.verification.reports.as_xml import xml_report
from registry.verification.reports.ticket import Ticket, TicketNotGood, read_ticket

pages = Pages("file_reports", __name__, for_visitors=True)
NAMES = {"vi": "bao-cao-kiem-tra", "en": "verification-report"}
DOWNLOADED = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@pages.post("/verify/report")
@public
def download() -> Any:
    """The report in the form that its button names: PDF or XML."""
    try:
        ticket = sent_ticket()
    except TicketNotGood as refusal:
        return form_page(422, file_fault=refusal.detail)
    if request.form.get("kind") == "xml":
        content = xml_report(ticket.looked().result, ticket.file_sha256)
        return _file(content, ticket, "xml", "application/xml; charset=utf-8")
    return _file(pdf_report(current_unit(), ticket), ticket, "pdf", "application/pdf")


def sent_ticket() -> Ticket:
    """The ticket in the form that was sent; raises TicketNotGood."""
    secret = secret_of(current_app.extensions["settings"])
    return read_ticket(request.form.get("ticket", ""), secret, current_unit().clock.now())


def _file(content: bytes, ticket: Ticket, ending: str, media_type: str) -> Response:
    name = f"{NAMES[language()]}-{ticket.file_sha256[:12]}-{ticket.as_of:%Y%m%d}.{ending}"
    response = Response(content, content_type=media_type, headers=DOWNLOADED)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
