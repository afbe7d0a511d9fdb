"""An empty page as a PDF: a document to try things on, and a stamp that shows nothing."""

from __future__ import annotations

from io import BytesIO

import pikepdf


def blank_page(width: float, height: float) -> bytes:
    """One page of this size in points; the same size gives the same bytes."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(width, height))
        written = BytesIO()
        document.save(written, deterministic_id=True)
    return written.getvalue()
