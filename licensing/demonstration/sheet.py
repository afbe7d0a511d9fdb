"""An invented document for the demonstration: one PDF page that says what it stands for."""

from __future__ import annotations

from io import BytesIO

import pikepdf


def blank_sheet(name: str) -> bytes:
    """A page with a line of text."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        text = f"BT /F1 14 Tf 72 760 Td (Demonstration document: {name}) Tj ET".encode("ascii", "replace")
        page.Contents = pdf.make_stream(text)
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()
