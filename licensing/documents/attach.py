"""A file is supplied for a requirement: looked into, kept by its digest, which is also the applicant's receipt."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import Work
from licensing.documents.events import FileAttached
from licensing.documents.goes_out import check_goes_out
from licensing.documents.inspection import inspect_file
from licensing.documents.models import Attachment
from licensing.documents.queries import attachments_of
from licensing.documents.rules import check_file_name, check_room, check_size


def attach(
    work: Work, application_id: UUID, requirement_id: str, file_name: str, content: bytes, *, goes_out: bool = False
) -> Attachment:
    """Keep a file for an application of the caller's (the caller has checked that it is).

    One that `goes_out` with the licence must be a PDF that can take the agency's seal (EnclosureNotSuitable).

    The same content for the same requirement a second time gives the first attachment back. Raises
    `FileNameRefused`, `FileTooLarge`, `TooManyFiles`, `FileTypeRefused`, `FileUnreadable`, `FileLocked`,
    `ActiveContentRefused`, `ImageTooLarge`.
    """
    limit = work.tools[Settings].upload_limit
    check_file_name(file_name)
    check_size(len(content), limit)
    found = inspect_file(content)
    if goes_out:
        check_goes_out(found.media_type, content, work.clock.now())
    digest = work.tools[Storage].put(content)  # if this transaction fails the bytes stay, unnamed and harmless
    _one_at_a_time(work, application_id)
    present = attachments_of(work, application_id)
    for item in present:
        if (item.requirement_id, item.sha256) == (requirement_id, digest):
            return item
    check_room(len(present), sum(item.size for item in present), len(content), limit)
    attachment = Attachment(
        id=tokens.new_id(),
        application_id=application_id,
        requirement_id=requirement_id,
        file_name=file_name,
        media_type=found.media_type,
        size=len(content),
        sha256=digest,
        pages=found.pages,
        uploaded_by=work.actor.account_id,
        uploaded_at=work.clock.now(),
    )
    work.session.add(attachment)
    work.session.flush()
    work.record(FileAttached(attachment.id, application_id, digest))
    return attachment


def _one_at_a_time(work: Work, application_id: UUID) -> None:
    """Two files that arrive together are counted one after the other."""
    key = int.from_bytes(application_id.bytes[:8], "big", signed=True)
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
