"""The files of an application. Whose application it is, the caller has asked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.storage import Storage
from config.unit_of_work import Work
from licensing.documents.errors import AttachmentNotFound
from licensing.documents.models import Attachment


def attachments_of(work: Work, application_id: UUID) -> Sequence[Attachment]:
    """The files that were not removed, in the order in which they came."""
    query = (
        sa.select(Attachment)
        .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return work.session.scalars(query).all()


def attachment_of(work: Work, application_id: UUID, attachment_id: UUID, *, lock: bool = False) -> Attachment:
    """One file that was not removed; raises `AttachmentNotFound` for another application's too."""
    query = sa.select(Attachment).where(
        Attachment.id == attachment_id,
        Attachment.application_id == application_id,
        Attachment.removed_at.is_(None),
    )
    if attachment := work.session.scalar(query.with_for_update() if lock else query):
        return attachment
    raise AttachmentNotFound("There is no such file in this application.")


def any_attachment_of(work: Work, application_id: UUID, attachment_id: UUID) -> Attachment:
    """One file, removed or not: an earlier filing may still name it; raises `AttachmentNotFound`."""
    attachment = work.session.get(Attachment, attachment_id)
    if attachment is None or attachment.application_id != application_id:
        raise AttachmentNotFound("There is no such file in this application.")
    return attachment


def content_of(work: Work, attachment: Attachment) -> bytes:
    """The bytes as they came; a changed disk raises `config.storage.FileDamaged`."""
    return work.tools[Storage].get(attachment.sha256)
