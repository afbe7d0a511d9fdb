"""Handing an application in: the documents, everything once more to look through, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from config.access import VISITOR, begin_work, current_actor, requires
from config.error_pages import http_page, said
from config.errors import Fault, RuleBroken
from config.languages import in_language, language, translated
from config.pages import page_address
from config.sentences import later, say
from licensing.accounts.errors import AddressNotVerified
from licensing.accounts.roles import APPLY
from licensing.applications import form as forms
from licensing.applications.attach_document import attach_document, remove_document
from licensing.applications.draft import Draft, draft_of
from licensing.applications.errors import (
    AlreadySubmitted,
    ApplicationIncomplete,
    MoveNotPossible,
    NotEligible,
    StaleDraft,
)
from licensing.applications.lifecycle import Status
from licensing.applications.overview import attached_file
from licensing.applications.pages import ONE, closed_to_changes, pages, progress_address
from licensing.applications.queries import latest_submission, own_application
from licensing.applications.save_draft import DraftChanges, save_draft
from licensing.applications.submit import submit_application
from licensing.catalogue.errors import ProcedureClosed
from licensing.documents.errors import AttachmentNotFound
from licensing.documents.rules import download_headers

__all__ = ["pages"]
DOCUMENT = f"{ONE}/documents/<requirement_id>"
NO_FILE = later("Choose a file first.")
TOO_LARGE = later("The file is larger than {size} MB. Choose a smaller one: a scan at 150 dots per inch is enough.")
CHANGED = later("The draft was changed somewhere else since you opened this page. Look through it once more.")


@pages.get(f"{ONE}/documents")
@requires(APPLY)
def documents(application_id: UUID) -> Any:
    """The documents asked for, what was supplied, and a field for each."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        return _documents_page(draft, {}) if draft.editable else closed_to_changes(application_id)


@pages.post(DOCUMENT)
@requires(APPLY)
def attach(application_id: UUID, requirement_id: str) -> Any:
    """Supply one document; the answer shows its digest."""
    upload = request.files.get("file")
    with begin_work() as work:
        draft = draft_of(work, application_id)
        if not draft.editable:
            return closed_to_changes(application_id)
        if upload is None or not upload.filename:
            return make_response(_documents_page(draft, {requirement_id: NO_FILE}), 422)
        content = upload.read()
    try:
        with begin_work() as work:
            attach_document(work, application_id, requirement_id, upload.filename, content)
    except RuleBroken as refusal:
        return make_response(_documents_page(draft, {requirement_id: said(refusal)}), 422)
    return _to_documents(application_id, requirement_id)


@pages.get(f"{ONE}/attachments/<uuid:attachment_id>")
@requires(APPLY)
def download(application_id: UUID, attachment_id: UUID) -> Any:
    """A document as it was supplied; saved, never shown inside our site."""
    with begin_work() as work:
        own_application(work, application_id)
        attachment, content = attached_file(work, application_id, attachment_id)
    return Response(content, headers=download_headers(attachment.file_name, attachment.media_type))


@pages.post(f"{ONE}/attachments/<uuid:attachment_id>/removal")
@requires(APPLY)
def remove(application_id: UUID, attachment_id: UUID) -> Any:
    """Take a document out; a second click finds it gone, which is what was wanted."""
    requirement_id = request.form.get("document", "")
    with begin_work() as work:
        if not draft_of(work, application_id).editable:
            return closed_to_changes(application_id)
        with suppress(AttachmentNotFound):
            remove_document(work, application_id, attachment_id)
    return _to_documents(application_id, requirement_id)


@pages.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Any:
    """A file above the limit is said at its field; what was supplied before is still there."""
    named = request.view_args or {}
    if "requirement_id" not in named or current_actor() is VISITOR or not current_actor().may(APPLY):
        return http_page(error)
    size = f"{current_app.extensions['settings'].upload_limit / 1_000_000:g}"
    with begin_work() as work:
        page = _documents_page(
            draft_of(work, named["application_id"]), {named["requirement_id"]: say(TOO_LARGE, size=size)}
        )
    return make_response(page, 413)


def _to_documents(application_id: UUID, requirement_id: str) -> Any:
    address = page_address("applications_pages.documents", application_id=application_id, _anchor=requirement_id)
    return redirect(address, 303)


def _documents_page(draft: Draft, faults: Mapping[str, str]) -> str:
    names = {item.id: in_language(item.name) for item in draft.documents}
    found = {name: translated(text) for name, text in faults.items()}
    return render_template(
        "applications/documents.html",
        draft=draft,
        faults=found,
        summary=[{"text": f"{names.get(name, name)}: {text}", "href": f"#file-{name}"} for name, text in found.items()],
        limit=f"{current_app.extensions['settings'].upload_limit / 1_000_000:g}",
    )


@pages.get(f"{ONE}/check")
@requires(APPLY)
def check(application_id: UUID) -> Any:
    """Everything once more, each with a way to change it, and the declaration."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        if not draft.editable:
            return closed_to_changes(application_id)
        return _check_page(draft)


@pages.post(f"{ONE}/submission")
@requires(APPLY)
def submit(application_id: UUID) -> Any:
    """Declare and hand in; a second click shows the receipt of the first."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        if draft.application.status == Status.SUBMITTED:
            return redirect(page_address("applications_pages.receipt", application_id=application_id), 303)
        if not draft.editable:
            return closed_to_changes(application_id)
        if request.form.get("version") != str(draft.application.version):
            return make_response(_check_page(draft, notice=CHANGED), 409)
        if missing := _not_declared(draft):
            return make_response(_check_page(draft, missing), 422)
    return _hand_in(application_id, draft)


def _hand_in(application_id: UUID, draft: Draft) -> Any:
    declared = {field.name: True for field in draft.declarations}
    changes = DraftChanges(answers={**draft.application.answers, **declared})
    try:
        with begin_work() as work:
            save_draft(work, application_id, draft.application.version, changes)
            submit_application(work, application_id)
    except (AlreadySubmitted, MoveNotPossible):  # the same click, twice: the first was quicker
        return redirect(page_address("applications_pages.receipt", application_id=application_id), 303)
    except AddressNotVerified as refusal:
        with begin_work() as work:
            page = _check_page(draft_of(work, application_id), notice=said(refusal))
        return make_response(page, 409)
    except StaleDraft:
        with begin_work() as work:
            return make_response(_check_page(draft_of(work, application_id), notice=CHANGED), 409)
    except (ApplicationIncomplete, NotEligible, ProcedureClosed) as refusal:
        with begin_work() as work:
            page = _check_page(draft_of(work, application_id), notice=said(refusal))
        return make_response(page, 422)
    return redirect(page_address("applications_pages.receipt", application_id=application_id), 303)


def _not_declared(draft: Draft) -> list[Fault]:
    """Declarations without a tick."""
    return [
        {"pointer": f"/answers/{field.name}", "detail": later("Tick this box before you hand in.")}
        for field in draft.declarations
        if request.form.get(field.name) != "true"
    ]


def _check_page(draft: Draft, faults: list[Fault] | None = None, notice: str | None = None) -> str:
    undeclared = {name: translated(text) for name, text in forms.by_place(faults or []).items()}
    return render_template(
        "applications/check.html",
        draft=draft,
        open=[_mend(draft, fault) for fault in draft.faults()],
        faults=undeclared,
        summary=[{"text": text, "href": f"#{name}"} for name, text in undeclared.items()],
        notice=notice,
        words=lambda field: forms.words(field, draft.application.answers, language()),
        ticked=request.form,
    )


def _mend(draft: Draft, fault: Fault) -> dict[str, str]:
    """A fault in words, and the page on which it is mended."""
    kind, name = fault["pointer"].split("/")[1], forms.place(fault)
    labels: dict[str, str] = {item.id: in_language(item.name) for item in draft.documents}
    endpoint, values = f"applications_pages.{kind}", {}
    if kind == "answers":
        page = next((page for page in draft.pages if name in [field.name for field in page.fields]), draft.pages[0])
        labels = {field.name: in_language(field.label) for field in page.fields}
        endpoint, values = "applications_pages.form_page", {"page_id": page.id, "from": "check"}
    elif kind == "eligibility":
        labels = {item.id: in_language(item.question) for item in draft.definition.eligibility}
        endpoint = "applications_pages.questions"
    anchor = f"file-{name}" if kind == "documents" else name
    address = page_address(endpoint, application_id=draft.id, _anchor=anchor, **values)
    return {"text": f"{labels.get(name, name)}: {translated(fault['detail'])}", "href": address}


@pages.get(f"{ONE}/receipt")
@requires(APPLY)
def receipt(application_id: UUID) -> Any:
    """What was handed in last, with its digests."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        submission = latest_submission(work, application_id)
    if submission is None:
        return redirect(progress_address(application_id), 303)
    names = {item.id: item.name for item in draft.documents}
    return render_template("applications/receipt.html", draft=draft, submission=submission, names=names)
