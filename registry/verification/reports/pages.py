"""The report on a file as a download, or to be signed, of what a page of ours has told its reader before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, current_app, redirect, render_template, request

from config.access import VISITOR, current_unit, public
from config.errors import Unavailable
from config.languages import language
from config.pages import Pages, page_address
from config.secret import secret_of
from config.sentences import later
from config.settings import Settings
from registry.verification.errors import ReportGone, TooManyDocuments, TooManyReports
from registry.verification.pages import form_page
from registry.verification.reports.as_pdf import pdf_report
from registry.verification.reports.as_xml import xml_report
from registry.verification.reports.receipt import file_report, filed_report
from registry.verification.reports.ticket import Ticket, TicketNotGood, read_ticket

pages = Pages("file_reports", __name__, for_visitors=True)
NAMES = {"vi": "bao-cao-kiem-tra", "en": "verification-report"}
HANDED_OUT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


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


@pages.post("/verify/report/sign")
@public
def sign() -> Any:
    """File the report to be signed, and lead to where it will be."""
    try:
        filed = file_report(current_unit(), sent_ticket(), language())
    except (TicketNotGood, TooManyReports, TooManyDocuments) as refusal:
        return form_page(503 if isinstance(refusal, Unavailable) else 422, file_fault=refusal.detail)
    return redirect(page_address("file_reports_pages.signed_report", receipt_id=filed), 303)


@pages.get("/verify/reports/<uuid:receipt_id>")
@public
def signed_report(receipt_id: UUID) -> Response:
    """Whether it is signed by now, and where it can be downloaded."""
    with current_unit().begin(VISITOR) as work:
        filed = filed_report(work, receipt_id)
        until = filed.filed_at + timedelta(hours=work.tools[Settings].report_hours)
        there = page_address("file_reports_pages.signed_file", receipt_id=receipt_id) if filed.sha256 else None
        page = render_template("reports/receipt.html", address=there, until=until)
    return Response(page, headers=HANDED_OUT)


@pages.get("/verify/reports/<uuid:receipt_id>/file")
@public
def signed_file(receipt_id: UUID) -> Response:
    """The signed PDF; raises ReportGone while it is not signed, too."""
    with current_unit().begin(VISITOR) as work:
        filed = filed_report(work, receipt_id, with_content=True)
    if filed.content is None:
        raise ReportGone(later("The report is not signed yet; look again in a few seconds."))
    response = Response(filed.content, content_type="application/pdf", headers=HANDED_OUT)
    name = f"{NAMES[language()]}-{filed.filed_at:%Y%m%d}-{str(filed.id)[:8]}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def sent_ticket() -> Ticket:
    """The ticket in the form that was sent; raises TicketNotGood."""
    secret = secret_of(current_app.extensions["settings"])
    return read_ticket(request.form.get("ticket", ""), secret, current_unit().clock.now())


def _file(content: bytes, ticket: Ticket, ending: str, media_type: str) -> Response:
    name = f"{NAMES[language()]}-{ticket.file_sha256[:12]}-{ticket.as_of:%Y%m%d}.{ending}"
    response = Response(content, content_type=media_type, headers=HANDED_OUT)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
