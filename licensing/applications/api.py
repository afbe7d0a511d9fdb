"""Applications over HTTP: a draft with its documents, the filing, and what an agency does with it first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from config.access import begin_work, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import APPLY, EXAMINE, READ_APPLICATIONS, RECEIVE
from licensing.applications.accept import accept_application
from licensing.applications.attach_document import attach_document, remove_document
from licensing.applications.judge_document import judge_document
from licensing.applications.models import DocumentVerdict
from licensing.applications.overview import application_overview, attached_file, overview_of
from licensing.applications.queries import applications_at, own_application, own_applications
from licensing.applications.return_incomplete import return_application
from licensing.applications.save_draft import DraftChanges, save_draft
from licensing.applications.schemas import (
    UPLOAD,
    AgencyApplicationsSchema,
    ApplicationSchema,
    ApplicationsSchema,
    DocumentVerdictSchema,
    DraftSchema,
    JudgedSchema,
    NewApplicationSchema,
    PageSchema,
    ReturnSchema,
    WithdrawalSchema,
)
from licensing.applications.start import NewApplication, start_application
from licensing.applications.submit import submit_application
from licensing.applications.withdraw import withdraw_application
from licensing.documents.models import Attachment
from licensing.documents.rules import download_headers
from licensing.documents.schemas import AttachmentFilesSchema, AttachmentFormSchema, AttachmentSchema

applications = Blueprint(
    "applications", __name__, url_prefix="/v1/applications", description="From the draft to the acceptance"
)
ONE, FILES = "/<uuid:application_id>", "/<uuid:application_id>/attachments"
ONE_FILE = f"{FILES}/<uuid:attachment_id>"


def page_of(found: Sequence[Any], limit: int) -> dict[str, Any]:
    """A page of a list; there may be more behind a full one."""
    return {"items": found, "next": found[-1].id if len(found) == limit else None}


@applications.post("")
@applications.arguments(NewApplicationSchema)
@applications.response(201, ApplicationSchema)
@applications.doc(**SIGNED_IN)
@requires(APPLY)
def start(details: dict[str, Any]) -> dict[str, Any]:
    """Begin a draft under the revision of the procedure that is in force today."""
    with begin_work() as work:
        return overview_of(work, start_application(work, NewApplication(**details)))


@applications.get("")
@applications.arguments(PageSchema, location="query")
@applications.response(200, ApplicationsSchema)
@applications.doc(**SIGNED_IN)
@requires(APPLY)
def list_own(page: dict[str, Any]) -> dict[str, Any]:
    """One's own applications, the newest first."""
    with begin_work() as work:
        return page_of(own_applications(work, **page), page["limit"])


@applications.get("/received")
@applications.arguments(AgencyApplicationsSchema, location="query")
@applications.response(200, ApplicationsSchema)
@applications.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def list_received(page: dict[str, Any]) -> dict[str, Any]:
    """What was handed in at an agency of one's own, the newest first."""
    with begin_work() as work:
        return page_of(applications_at(work, **page), page["limit"])


@applications.get(ONE)
@applications.etag
@applications.response(200, ApplicationSchema)
@applications.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def show(application_id: UUID) -> dict[str, Any]:
    """An application of one's own, or of one's agency. The ETag goes into If-Match when the draft is saved."""
    with begin_work() as work:
        found = application_overview(work, application_id)
    applications.set_etag({"v": found["version"]})
    return found


@applications.patch(ONE)
@applications.etag
@applications.arguments(DraftSchema)
@applications.response(200, ApplicationSchema)
@applications.doc(**SIGNED_IN)
@requires(APPLY)
def save(changes: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Save a draft, right or wrong, if nobody saved it since."""
    with begin_work() as work:
        version = own_application(work, application_id).version
        applications.check_etag({"v": version})
        saved = overview_of(work, save_draft(work, application_id, version, DraftChanges(**changes)))
    applications.set_etag({"v": saved["version"]})
    return saved


@applications.post(FILES)
@applications.arguments(AttachmentFilesSchema, location="files")
@applications.arguments(AttachmentFormSchema, location="form", content_type="multipart/form-data")
@applications.response(201, AttachmentSchema)
@applications.doc(**SIGNED_IN, requestBody=UPLOAD)
@requires(APPLY)
def attach(files: dict[str, Any], form: dict[str, Any], application_id: UUID) -> Attachment:
    """Supply a document: a PDF, PNG or JPEG. The answer is the receipt."""
    upload = files["file"]
    with begin_work() as work:
        return attach_document(work, application_id, form["requirement_id"], upload.filename, upload.read())


@applications.get(ONE_FILE)
@applications.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@applications.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def download(application_id: UUID, attachment_id: UUID) -> Response:
    """A document as it was supplied."""
    with begin_work() as work:
        attachment, content = attached_file(work, application_id, attachment_id)
    return Response(content, headers=download_headers(attachment.file_name, attachment.media_type))


@applications.delete(ONE_FILE)
@applications.response(204)
@applications.doc(**SIGNED_IN)
@requires(APPLY)
def detach(application_id: UUID, attachment_id: UUID) -> None:
    """Take a document out of a draft."""
    with begin_work() as work:
        remove_document(work, application_id, attachment_id)


@applications.put(f"{ONE_FILE}/verdict")
@applications.arguments(DocumentVerdictSchema)
@applications.response(200, JudgedSchema)
@applications.doc(**SIGNED_IN)
@requires(EXAMINE)
def judge(verdict: dict[str, Any], application_id: UUID, attachment_id: UUID) -> DocumentVerdict:
    """Say whether a document will do."""
    with begin_work() as work:
        return judge_document(work, application_id, attachment_id, **verdict)


@applications.post(f"{ONE}/submission")
@applications.response(200, ApplicationSchema)
@applications.doc(**SIGNED_IN)
@requires(APPLY)
def submit(application_id: UUID) -> dict[str, Any]:
    """Hand in a draft. What is missing or wrong comes back all at once, with its places, and the draft stays."""
    with begin_work() as work:
        return overview_of(work, submit_application(work, application_id))


@applications.post(f"{ONE}/acceptance")
@applications.response(200, ApplicationSchema)
@applications.doc(**SIGNED_IN)
@requires(RECEIVE)
def accept(application_id: UUID) -> dict[str, Any]:
    """Find an application complete: it gets its reference, and the time limit runs."""
    with begin_work() as work:
        return overview_of(work, accept_application(work, application_id))


@applications.post(f"{ONE}/return")
@applications.arguments(ReturnSchema)
@applications.response(200, ApplicationSchema)
@applications.doc(**SIGNED_IN)
@requires(RECEIVE)
def send_back(given: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Return an application that is not complete, with everything that is missing."""
    with begin_work() as work:
        return overview_of(work, return_application(work, application_id, given["reason"]))


@applications.post(f"{ONE}/withdrawal")
@applications.arguments(WithdrawalSchema)
@applications.response(200, ApplicationSchema)
@applications.doc(**SIGNED_IN)
@requires(APPLY)
def withdraw(given: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Give up; possible until it is decided."""
    with begin_work() as work:
        return overview_of(work, withdraw_application(work, application_id, given["reason"]))
