"""The desk of reports: what people told us about documents, the one that waits longest to be seen first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request

from config.access import begin_work, requires
from config.languages import translated
from config.pages import Pages, page_address
from config.sentences import later
from registry.entries.codes import readable
from registry.suspicions.errors import HandledBefore, SuspicionNotAccepted
from registry.suspicions.handle import handle
from registry.suspicions.queries import HANDLE_REPORTS, file_of, size_of_file, suspicion_by_id, suspicions
from registry.suspicions.words import words_of

pages = Pages("reports", __name__)
DONE = later("It is on record as handled.")
HEADERS = {
    "Content-Type": "application/octet-stream",  # a stranger's file: no browser is to open it by itself
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
}


@pages.get("/desk/reports")
@requires(HANDLE_REPORTS)
def overview() -> str:
    """Those that wait first, then the newest."""
    page = request.args.get("page", 1, int)
    number = page if 1 <= page <= 10_000 else 1
    with begin_work() as work:
        found, more = suspicions(work, number)
        return render_template(
            "suspicions_desk/overview.html", found=found, more=more, page=number, words_of=words_of, readable=readable
        )


@pages.get("/desk/reports/<uuid:suspicion_id>")
@requires(HANDLE_REPORTS)
def one(suspicion_id: UUID) -> Any:
    """One report with its evidence."""
    return _one(suspicion_id, "", None)


@pages.post("/desk/reports/<uuid:suspicion_id>")
@requires(HANDLE_REPORTS)
def mark_handled(suspicion_id: UUID) -> Any:
    """Say what was done about it."""
    text = request.form.get("handling", "")
    try:
        with begin_work() as work:
            handle(work, suspicion_id, text)
    except SuspicionNotAccepted as refusal:
        return make_response(_one(suspicion_id, text, translated(refusal.detail)), 422)
    except HandledBefore as refusal:
        flash(translated(refusal.detail), "warning")
    else:
        flash(translated(DONE), "success")
    return redirect(page_address("reports_pages.one", suspicion_id=suspicion_id), 303)


@pages.get("/desk/reports/<uuid:suspicion_id>/file")
@requires(HANDLE_REPORTS)
def file(suspicion_id: UUID) -> Response:
    """The file that came with it, to be kept and not opened."""
    with begin_work() as work:
        reference, content = suspicion_by_id(work, suspicion_id).reference, file_of(work, suspicion_id)
    response = Response(content, headers=HEADERS)
    response.headers["Content-Disposition"] = f'attachment; filename="report-{reference}.pdf.suspect"'
    return response


def _one(suspicion_id: UUID, typed: str, fault: str | None) -> str:
    with begin_work() as work:
        found = suspicion_by_id(work, suspicion_id)
        return render_template(
            "suspicions_desk/one.html",
            found=found,
            size=size_of_file(work, suspicion_id),
            words=words_of(found.finding),
            readable=readable,
            typed=typed,
            fault=fault,
            summary=[{"text": fault, "href": "#handling"}] if fault else [],
        )
