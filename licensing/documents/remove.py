"""An applicant takes a file out of a draft; the row and the bytes stay, as a record of what was there."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.documents.events import FileRemoved
from licensing.documents.models import Attachment
from licensing.documents.queries import attachment_of


def remove(work: Work, application_id: UUID, attachment_id: UUID) -> Attachment:
    """Take a file out of an application of the caller's; raises `AttachmentNotFound`, also the second time."""
    attachment = attachment_of(work, application_id, attachment_id, lock=True)
    attachment.removed_at = work.clock.now()
    work.record(FileRemoved(attachment.id, application_id))
    return attachment
