"""The applicant's pages: the list of one's own applications, the progress of one, and giving one up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request

from config.access import begin_work, requires
from config.languages import language
from config.pages import Pages, page_address
from config.sentences import later
from licensing.accounts.roles import APPLY
from licensing.applications import form as forms
from licensing.applications.draft import draft_of
from licensing.applications.errors import MoveNotPossible
from licensing.applications.lifecycle import possible
from licensing.applications.pages import ONE
from licensing.applications.pages import pages as application_pages
from licensing.applications.queries import PAGE, own_application
from licensing.applications.withdraw import withdraw_application
from licensing.catalogue.words import count_of, period
from licensing.documents.page_images import HEADERS, page_image
from licensing.documents.rules import download_headers
from licensing.papers.queries import paper_file, slip_file
from licensing.tracking.queries import own_items, progress_of
from licensing.tracking.timeline import timeline
from licensing.tracking.words import state_of

pages = Pages("tracking", __name__)
LONGEST_REASON = 2_000
MOST_PAGES = 10_000


@application_pages.get("/applications")
@requires(APPLY)
def mine() -> Any:
    """One's own applications, the newest first, each with its state and what to do next."""
    after = request.args.get("after", type=UUID)
    with begin_work() as work:
        items = own_items(work, after)
        following = items[-1].application.id if len(items) == PAGE else None
        return render_template(
            "tracking/mine.html", items=items, state_of=state_of, following=following, count_of=count_of
        )


@pages.get(ONE)
@requires(APPLY)
def progress(application_id: UUID) -> Any:
    """Where an application stands, what is to be done, what comes next and when."""
    with begin_work() as work:
        found = progress_of(work, application_id)
        status = found.application.status
        return render_template(
            "tracking/progress.html",
            progress=found,
            application=found.application,
            definition=found.draft.definition,
            state=state_of(status, found.outcome),
            moments=timeline(found),
            withdrawable=possible(status, "withdraw"),
            words=lambda field: forms.words(field, found.application.answers, language()),
            period=period,
            count_of=count_of,
        )


@pages.get(f"{ONE}/papers/<uuid:paper_id>")
@requires(APPLY)
def paper(application_id: UUID, paper_id: UUID) -> Any:
    """An official paper that was handed out for one's application."""
    with begin_work() as work:
        own_application(work, application_id)
        found, content = paper_file(work, paper_id)
    name = f"{found.kind}-{found.number.replace('/', '-')}.pdf"
    return Response(content, headers=download_headers(name, "application/pdf"))


@pages.get(f"{ONE}/papers/<uuid:paper_id>/pages/<int:number>")
@requires(APPLY)
def paper_image(application_id: UUID, paper_id: UUID, number: int) -> Response:
    """A page of such a paper, drawn."""
    with begin_work() as work:
        own_application(work, application_id)
        _, content = paper_file(work, paper_id)
    return Response(page_image(content, min(number, MOST_PAGES)), headers=HEADERS)


@pages.get(f"{ONE}/slip")
@requires(APPLY)
def slip(application_id: UUID) -> Any:
    """The signed receipt and appointment slip of one's accepted application."""
    with begin_work() as work:
        own_application(work, application_id)
        name, content = slip_file(work, application_id)
    return Response(content, headers=download_headers(name, "application/pdf"))


@pages.get(f"{ONE}/withdrawal")
@requires(APPLY)
def ask_withdrawal(application_id: UUID) -> Any:
    """Say what giving up means, and ask."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        if possible(draft.application.status, "withdraw"):
            return render_template("tracking/withdraw.html", draft=draft, longest=LONGEST_REASON)
    return redirect(page_address("tracking_pages.progress", application_id=application_id), 303)


@pages.post(f"{ONE}/withdrawal")
@requires(APPLY)
def withdraw(application_id: UUID) -> Any:
    """Give up; what was decided meanwhile stays."""
    reason = request.form.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]
    try:
        with begin_work() as work:
            withdraw_application(work, application_id, reason)
    except MoveNotPossible:
        flash(later("The application could not be withdrawn any more: this is how it stands."), "warning")
    else:
        flash(later("The application is withdrawn."), "success")
    return redirect(page_address("tracking_pages.progress", application_id=application_id), 303)
