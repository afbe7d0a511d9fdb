"""One application as its applicant or its officials see it, gathered from what is on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from config.unit_of_work import Work
from licensing.applications.errors import AttachmentUnknown
from licensing.applications.models import Application, SubmissionVersion
from licensing.applications.queries import filed, latest_submission, submissions_of, verdicts_of, visible_application
from licensing.documents.models import Attachment
from licensing.documents.queries import any_attachment_of, attachment_of, content_of

SHOWN = (
    *("id", "reference", "procedure", "revision_id", "agency", "organisation_id", "kind", "status", "version"),
    *("created_at", "updated_at", "submitted_at", "accepted_at", "closed_at", "withdrawn_at", "return_reason"),
)


def application_overview(work: Work, application_id: UUID) -> dict[str, Any]:
    """An application that the caller may see; raises ApplicationNotFound."""
    return overview_of(work, visible_application(work, application_id))


def overview_of(work: Work, application: Application) -> dict[str, Any]:
    """The applicant sees the draft as it is now, officials only what was handed in, with the verdicts on it."""
    work.session.flush()
    submission = latest_submission(work, application.id)
    shown = {name: getattr(application, name) for name in SHOWN}
    shown["submission"] = submission
    if application.applicant_id == work.actor.id or submission is None:
        files: list[dict[str, Any]] = list(filed(work, application.id))
        return {**shown, "answers": application.answers, "eligibility": application.eligibility, "attachments": files}
    judged = _with_verdicts(work, submission)
    return {**shown, "answers": submission.answers, "eligibility": submission.eligibility, "attachments": judged}


def _with_verdicts(work: Work, submission: SubmissionVersion) -> list[dict[str, Any]]:
    verdicts = verdicts_of(work, submission.application_id)
    found = []
    for item in submission.attachments:
        verdict = verdicts.get(UUID(item["id"]))
        said = {"verdict": verdict.verdict, "verdict_reason": verdict.reason} if verdict else {}
        found.append({**item, **said})
    return found


def attached_file(work: Work, application_id: UUID, attachment_id: UUID) -> tuple[Attachment, bytes]:
    """A file of a draft of the caller's, or one that was handed in; raises AttachmentUnknown or AttachmentNotFound."""
    application = visible_application(work, application_id)
    handed_in = [item["id"] for submission in submissions_of(work, application_id) for item in submission.attachments]
    if str(attachment_id) in handed_in:
        attachment = any_attachment_of(work, application_id, attachment_id)
    elif application.applicant_id == work.actor.id:
        attachment = attachment_of(work, application_id, attachment_id)
    else:
        raise AttachmentUnknown("What was handed in holds no such document.")
    return attachment, content_of(work, attachment)
