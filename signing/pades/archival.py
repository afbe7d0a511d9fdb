"""Refuses a document that is to be kept and is no PDF/A by what can be told quickly: it is not a full check.

What our own typesetter writes is checked in full by its tests; this is for what comes from elsewhere by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf

from signing.pades.errors import DocumentNotSuitable

ACTIVE = ("/OpenAction", "/AA")
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
UNREADABLE = (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError)


def refuse_not_archival(pdf: bytes) -> None:
    """Raise DocumentNotSuitable unless `pdf` says that it is PDF/A and has nothing that no PDF/A has (ISO 19005-3)."""
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            fault = _fault(document)
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The document cannot be read: {error}.") from error
    if fault:
        raise DocumentNotSuitable(f"The document is no PDF/A that can be signed: {fault}.")


def _fault(document: Pdf) -> str:
    """What is wrong, or an empty text."""
    root = document.Root
    if document.is_encrypted:
        return "it is encrypted"
    with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if not metadata.pdfa_status:
            return "it does not say that it is one"
    if not any(one.get("/S") == Name.GTS_PDFA1 for one in root.get("/OutputIntents", ())):
        return "it has no output intent"
    if any(name in root for name in ACTIVE) or "/JavaScript" in root.get("/Names", Dictionary()):
        return "it has a program in it"
    if "/AcroForm" in root:
        return "it has a form"
    if any(not _embedded(font) for page in document.pages for font in _fonts(page)):
        return "a font is not embedded"
    return ""


def _fonts(page: pikepdf.Page) -> Iterator[Object]:
    fonts = page.resources.get("/Font", Dictionary()) if "/Resources" in page.obj else Dictionary()
    yield from (fonts[name] for name in fonts.keys())  # noqa: SIM118 - a pikepdf dictionary iterates over its values


def _embedded(font: Object) -> bool:
    if font.Subtype == Name.Type3:
        return True
    described = font.DescendantFonts[0] if font.Subtype == Name.Type0 else font
    return any(kind in described.get("/FontDescriptor", Dictionary()) for kind in FONT_FILES)
