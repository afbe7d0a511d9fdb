"""Supply a document for a draft, or take it out again; what was handed in stays as it was."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.applications.errors import DocumentNotAskedFor
from licensing.applications.rules import documents_of
from licensing.applications.save_draft import editable_draft
from licensing.catalogue.queries import package_of
from licensing.documents.attach import attach
from licensing.documents.models import Attachment
from licensing.documents.remove import remove


def attach_document(
    work: Work, application_id: UUID, requirement_id: str, file_name: str, content: bytes
) -> Attachment:
    """Attach a file to the caller's draft. Raises DocumentNotAskedFor, and what documents say of the file."""
    application = editable_draft(work, application_id)
    definition = package_of(work, application.revision_id).definition
    asked = {item.id: item for item in documents_of(definition, application.kind)}
    if requirement_id not in asked:
        raise DocumentNotAskedFor("The procedure does not ask for this document.")
    goes_out = asked[requirement_id].issued_with_licence
    return attach(work, application_id, requirement_id, file_name, content, goes_out=goes_out)


def remove_document(work: Work, application_id: UUID, attachment_id: UUID) -> Attachment:
    """Take a file out of the caller's draft; raises AttachmentNotFound."""
    editable_draft(work, application_id)
    return remove(work, application_id, attachment_id)
