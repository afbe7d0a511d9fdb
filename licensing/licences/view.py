"""Somebody has looked at a document that waits for a signature or a seal: only such a one is signed or sealed.

On pages the person says so; a program shows it by the digest of the bytes that its user fetched as the signatory.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config import tokens
from config.sentences import later
from config.unit_of_work import Work
from licensing.licences.errors import DocumentChanged, DocumentDigestWrong, DocumentNotViewed
from licensing.licences.events import DocumentViewed
from licensing.licences.models import DocumentView
from licensing.licences.queries import document_bytes, document_digest, document_in_reach

NOT_VIEWED = later("You have not looked at this document yet.")


def mark_viewed(work: Work, request_id: UUID, sha256: str) -> None:
    """Write down that the caller looked at these bytes; raises DocumentChanged when others are on record by now."""
    if document_digest(document_in_reach(work, request_id)) != sha256:
        raise DocumentChanged("The document was prepared anew or signed meanwhile; look at it again.")
    values = {
        "id": tokens.new_id(),
        "request_id": request_id,
        "account_id": work.actor.account_id,
        "sha256": sha256,
        "viewed_at": work.clock.now(),
    }
    done = work.session.execute(insert(DocumentView).values(values).on_conflict_do_nothing().returning(DocumentView.id))
    if done.first() is not None:
        work.record(DocumentViewed(request_id, sha256))


def fetch_document(work: Work, request_id: UUID) -> bytes:
    """The newest finished bytes; that its signatory was given them is written down."""
    request = document_in_reach(work, request_id)
    content = document_bytes(work, request)
    if request.signatory == str(work.actor.account_id):
        mark_viewed(work, request_id, document_digest(request))
    return content


def check_digest(work: Work, request_id: UUID, digest: str) -> None:
    """Raise DocumentDigestWrong unless the caller names the very document on record."""
    if digest.lower() != document_digest(document_in_reach(work, request_id)):
        raise DocumentDigestWrong(
            "Fetch the document, look at it, and send the SHA-256 of exactly what you got as the digest."
        )


def check_viewed(work: Work, request_id: UUID) -> None:
    """Raise DocumentNotViewed unless the caller looked at the very bytes on record."""
    digest = document_digest(document_in_reach(work, request_id))
    query = sa.select(DocumentView.id).where(
        DocumentView.request_id == request_id,
        DocumentView.account_id == work.actor.account_id,
        DocumentView.sha256 == digest,
    )
    if work.session.scalar(query) is None:
        raise DocumentNotViewed(NOT_VIEWED)


def viewed_by(work: Work, request_ids: list[UUID]) -> set[tuple[UUID, str]]:
    """Which of these documents the caller looked at: pairs of request and digest."""
    query = sa.select(DocumentView.request_id, DocumentView.sha256).where(
        DocumentView.request_id.in_(request_ids), DocumentView.account_id == work.actor.account_id
    )
    return {(row.request_id, row.sha256) for row in work.session.execute(query)}
