"""A file that will go out with the licence: whether the agency's seal can be put on it is found out early."""

from __future__ import annotations

from datetime import datetime

from config.sentences import later
from licensing.documents.errors import FileTypeRefused
from signing.enclosures.trial import check_can_be_sealed

PDF = "application/pdf"


def check_goes_out(media_type: str, content: bytes, at: datetime) -> None:
    """Raise FileTypeRefused for all but a PDF, EnclosureNotSuitable for one that could not be sealed and checked."""
    if media_type != PDF:
        raise FileTypeRefused(later("This document goes out with the licence under the agency's seal: supply a PDF."))
    check_can_be_sealed(content, at)
