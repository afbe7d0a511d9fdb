"""What goes out with a licence in files of its own: which files, what the licence says of them, what the register does.

The law has the agency's seal on each, as text (Decree 30/2020/NĐ-CP, annex I); the official's signature covers them by
the digests that the licence names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from config.sentences import later
from config.storage import Storage
from config.unit_of_work import Work
from licensing.applications.queries import application_by_id, latest_submission
from licensing.catalogue.package import Definition
from licensing.catalogue.queries import package_of
from licensing.documents.queries import any_attachment_of
from licensing.licences.layout import EnclosedFile
from licensing.licences.models import Licence
from licensing.licences.queries import document_in_reach
from registry.verification.errors import EnclosureNotFound
from signing.requests.enclosures import covered_digest, enclosures_of
from signing.requests.models import Enclosure


def enclosed_files(work: Work, application_id: UUID, definition: Definition) -> tuple[EnclosedFile, ...]:
    """The files of the last filing that go out with the licence, in the order of the procedure's documents."""
    submission = latest_submission(work, application_id)
    supplied = submission.attachments if submission else []
    found: list[EnclosedFile] = []
    for document in definition.documents:
        if not document.issued_with_licence:
            continue
        known = {file.sha256 for file in found}  # one file supplied for two documents goes out once
        mine = [item for item in supplied if item["document"] == document.id and item["sha256"] not in known]
        files = {item["sha256"]: item for item in mine}
        for number, item in enumerate(files.values(), 1):
            which = f" ({number}/{len(files)})" if len(files) > 1 else ""
            name = {"vi": document.name.vi + which, "en": document.name.en + which}
            pages = any_attachment_of(work, application_id, UUID(item["id"])).pages
            found.append(EnclosedFile(document.id, name, pages, item["size"], item["sha256"]))
    return tuple(found)


def sealed_enclosures(work: Work, licence: Licence, request_id: UUID) -> Sequence[dict[str, Any]] | None:
    """As the register enters them; None while one of them waits for its seal."""
    rows = enclosures_of(work, request_id)
    if any(row.result_sha256 is None for row in rows):
        return None
    application = application_by_id(work, licence.application_id)
    files = enclosed_files(work, application.id, package_of(work, licence.revision_id).definition)
    return [
        {"name": file.name, "sha256": row.result_sha256, "pdf": covered_digest(work, row), "original": file.sha256}
        for file, row in zip(files, rows, strict=True)
    ]


def names_enclosed(work: Work, licence: Licence) -> Sequence[str]:
    """What goes out with an entered licence, in the order in which the register hands the files out."""
    return [row.name for row in enclosures_of(work, licence.request_id)] if licence.request_id else []


def enclosures_in_reach(work: Work, request_id: UUID) -> Sequence[Enclosure]:
    """What goes out with a document that the caller may look at."""
    return enclosures_of(work, document_in_reach(work, request_id).id)


def enclosure_content(work: Work, request_id: UUID, position: int) -> bytes:
    """One of them: sealed, or as it was supplied while it is not; raises EnclosureNotFound."""
    for row in enclosures_in_reach(work, request_id):
        if row.position == position:
            return work.tools[Storage].get(row.result_sha256 or row.sha256)
    raise EnclosureNotFound(later("No such file goes out with this document."))
