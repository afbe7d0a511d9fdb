"""The name of a file that goes out with a document: it follows from both, so that nobody can have one sealed twice."""

from __future__ import annotations

from uuid import UUID, uuid5


def enclosure_id(request_id: UUID, sha256: str) -> UUID:
    """Of the file with this SHA-256 (hex) and this request; the journal's rule "once" goes by it."""
    return uuid5(request_id, sha256)
