"""Say of a document that was handed in whether it will do. The licence needs a good verdict on every one."""

from __future__ import annotations

from uuid import UUID

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.roles import EXAMINE
from licensing.applications.errors import AttachmentUnknown, MoveNotPossible, ReasonMissing
from licensing.applications.events import DocumentJudged
from licensing.applications.lifecycle import Status
from licensing.applications.models import DocumentVerdict
from licensing.applications.queries import application_in_charge, latest_submission

ACCEPTED, REJECTED = "accepted", "rejected"


def judge_document(
    work: Work, application_id: UUID, attachment_id: UUID, verdict: str, reason: str | None = None
) -> DocumentVerdict:
    """Record a verdict ("accepted" or, with a reason, "rejected"); a later one of the same document replaces it."""
    application = application_in_charge(work, application_id, EXAMINE, lock=True)
    if application.status not in (Status.ACCEPTED, Status.UNDER_REVIEW):
        raise MoveNotPossible(move="judge a document", status=application.status)
    if verdict == REJECTED and not reason:
        raise ReasonMissing("A document is rejected with a reason.")
    submission = latest_submission(work, application_id)
    if submission is None or str(attachment_id) not in [item["id"] for item in submission.attachments]:
        raise AttachmentUnknown("What was handed in holds no such document.")
    judged = DocumentVerdict(
        id=tokens.new_id(),
        application_id=application_id,
        attachment_id=attachment_id,
        verdict=verdict,
        reason=reason,
        judged_by=work.actor.account_id,
        judged_at=work.clock.now(),
    )
    work.session.add(judged)
    work.record(DocumentJudged(application_id, attachment_id, verdict))
    return judged
