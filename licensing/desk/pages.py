"""The desk: the worklist, one application, its documents page by page beside the form for a verdict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request

from config.access import begin_work, current_actor, requires
from config.error_pages import said
from config.errors import Refused
from config.pages import Pages, page_address
from config.problems import status_of
from config.sentences import later
from licensing.accounts.roles import DECIDE, EXAMINE, READ_APPLICATIONS, RECEIVE, REVIEW
from licensing.applications.overview import attached_file
from licensing.applications.rules import unstorable
from licensing.desk.answers import answered
from licensing.desk.history import history_of
from licensing.desk.offers import offers_for
from licensing.desk.sheet import Document, Sheet, sheet_of
from licensing.desk.worklist import TILES, Wanted, next_waiting, waiting_list
from licensing.documents.errors import AttachmentNotFound
from licensing.documents.page_images import HEADERS, page_image
from licensing.documents.rules import download_headers

pages = Pages("desk", __name__)
ONE = "/desk/applications/<uuid:application_id>"
EXAMINERS = (RECEIVE, EXAMINE, REVIEW, DECIDE)  # who works on the steps of the list
MOST_PAGES = 10_000


@pages.get("/desk")
@requires(READ_APPLICATIONS)
def worklist() -> Any:
    """What waits for the caller; who only seals has another list."""
    if not any(map(current_actor().may, EXAMINERS)):
        return redirect(page_address("desk_signing_pages.to_seal"), 303)
    with begin_work() as work:
        return render_template("desk/worklist.html", found=waiting_list(work, wanted()), tiles=TILES)


def wanted() -> Wanted:
    """Which part of the list the address asks for; anything else is the whole list."""
    tile = request.args.get("show", "all")
    words = " ".join(request.args.get("q", "").split())[:100]
    known = tile in [name for name, _, _ in TILES]
    return Wanted(tile if known else "all", "" if unstorable(words) else words, page_wanted())


def page_wanted() -> int:
    """The page of a list that the address asks for, from 1."""
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    return max(1, number)


@pages.get(ONE)
@requires(READ_APPLICATIONS)
def application(application_id: UUID) -> Any:
    """One application, with everything that the caller may do now."""
    return application_page(application_id)


@pages.get(f"{ONE}/next")
@requires(READ_APPLICATIONS)
def following(application_id: UUID) -> Any:
    """On to the next application of the caller's list; asked for when it is wanted, not with every page."""
    with begin_work() as work:
        found = next_waiting(work, application_id)
    if found is not None:
        return redirect(address_of(found), 303)
    flash(later("Nothing else waits in your list."), "success")
    return redirect(page_address("desk_pages.worklist"), 303)


def application_page(application_id: UUID, refusal: Refused | None = None, act: str = "") -> Response:
    """The page as things stand now; after a refusal with what was said and what was typed."""
    with begin_work() as work:
        sheet = sheet_of(work, application_id)
        body = render_template(
            "desk/application.html",
            sheet=sheet,
            offers=offers_for(work, sheet),
            answers=answered(sheet.package.form, sheet.submissions[-1].answers),
            history=history_of(sheet),
            **refused(refusal, act),
        )
    return make_response(body, status_of(refusal) if refusal else 200)


def refused(refusal: Refused | None, act: str) -> dict[str, Any]:
    """What the templates show of a refusal: its sentence, its faults by place, and what was typed into the act."""
    if refusal is None:
        return {"refusal": None, "faults": {}, "act": "", "typed": {}}
    status = status_of(refusal)
    found = {fault["pointer"].strip("/"): fault["detail"] for fault in refusal.errors}
    if act == "record" and status == 422:  # what is wrong about a file is said at its field
        found = found or {"record": said(refusal)}
    typed = request.form if status == 422 else {}
    return {"refusal": said(refusal), "faults": found, "act": act, "typed": typed, "moved_on": status in (403, 409)}


@pages.get(f"{ONE}/documents/<uuid:attachment_id>")
@requires(READ_APPLICATIONS)
def document(application_id: UUID, attachment_id: UUID) -> Any:
    """A document, page by page, beside the form for its verdict."""
    return document_page(application_id, attachment_id)


def document_page(application_id: UUID, attachment_id: UUID, refusal: Refused | None = None) -> Response:
    """As `application_page`, for one document."""
    with begin_work() as work:
        sheet = sheet_of(work, application_id)
        found, unjudged = chosen(sheet, attachment_id)
        body = render_template(
            "desk/document.html",
            sheet=sheet,
            document=found,
            following=unjudged,
            offers=offers_for(work, sheet),
            answers=answered(sheet.package.form, sheet.submissions[-1].answers),
            **refused(refusal, "judge"),
        )
    return make_response(body, status_of(refusal) if refusal else 200)


def chosen(sheet: Sheet, attachment_id: UUID) -> tuple[Document, Document | None]:
    """The document, and the next one that has no verdict yet."""
    places = [place for place, item in enumerate(sheet.documents) if item.id == attachment_id]
    if not places:
        raise AttachmentNotFound("There is no such file in this application.")
    behind = [*sheet.documents[places[0] + 1 :], *sheet.documents[: places[0]]]
    return sheet.documents[places[0]], next((item for item in behind if item.verdict is None), None)


@pages.get(f"{ONE}/documents/<uuid:attachment_id>/pages/<int:number>")
@requires(READ_APPLICATIONS)
def document_image(application_id: UUID, attachment_id: UUID, number: int) -> Response:
    """A page of a document, drawn anew."""
    with begin_work() as work:
        _, content = attached_file(work, application_id, attachment_id)
    return Response(page_image(content, min(number, MOST_PAGES)), headers=HEADERS)


@pages.get(f"{ONE}/documents/<uuid:attachment_id>/file")
@requires(READ_APPLICATIONS)
def document_file(application_id: UUID, attachment_id: UUID) -> Response:
    """A document as it was supplied, to be saved."""
    with begin_work() as work:
        attachment, content = attached_file(work, application_id, attachment_id)
    return Response(content, headers=download_headers(attachment.file_name, attachment.media_type))


def address_of(application_id: UUID) -> str:
    """The page of an application."""
    return page_address("desk_pages.application", application_id=application_id)
