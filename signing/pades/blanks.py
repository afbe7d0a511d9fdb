"""Blanks: texts that are not known yet when the official signs, such as the number that the clerk gives afterwards.

They are locked form fields of the document that is signed, empty. The seal's revision fills them, and nothing else may:
`/V` is the text, and the appearance is drawn here and nowhere else, so that whoever checks draws it again and compares
the bytes. A field says where it stands by a link `blank:<name>?style=<style>&size=<points>` that the typesetter wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from signing.pades.blank_font import add_font, width
from signing.pades.errors import DocumentNotSuitable

NUMBER, DATE, EXPIRY = "Number", "Date", "Expiry"
NAMES = (NUMBER, DATE, EXPIRY)
PLACE = re.compile(r"blank:(?P<name>[A-Z][a-z]+)\?style=(?P<style>regular|italic)&size=(?P<size>\d{1,3}(?:\.\d+)?)")
DEFAULT = re.compile(r"/(?P<font>Blank[A-Za-z]+) (?P<size>\d{1,3}(?:\.\d+)?) Tf 0 g")
BELOW = Decimal("0.25")  # how far the baseline is above the lower edge, in sizes
READ_ONLY = 1  # /Ff: nobody types into it
PRINTED_AND_LOCKED = 4 | 128
DIGITS = frozenset("0123456789")


@dataclass(frozen=True)
class Blank:
    """What a screen reader says at a blank, and the longest text that may come: it must fit, and its font have it."""

    label: str
    longest: str


def add_blanks(document: Pdf, blanks: Mapping[str, Blank]) -> tuple[list[pikepdf.Object], Dictionary]:
    """Turn the links that keep their places into empty text fields; the fields, and the fonts for the form's /DR.

    Raises DocumentNotSuitable unless each has its place, once, and room for its longest text.
    """
    places = [
        (page, note, match)
        for page in document.pages
        for note in page.obj.get("/Annots", ())
        if (match := PLACE.fullmatch(_target(note)))
    ]
    if sorted(match["name"] for *_, match in places) != sorted(blanks):
        raise DocumentNotSuitable("The layout does not keep one place for each text that is filled in later.")
    fonts = Dictionary()
    for style in sorted({match["style"] for *_, match in places}):
        used = [blanks[match["name"]].longest for *_, match in places if match["style"] == style]
        fonts[f"/Blank{style.capitalize()}"] = add_font(document, style, DIGITS.union(*used))
    fields = []
    for page, note, match in places:
        blank, size = blanks[match["name"]], Decimal(match["size"])
        left, _, right, _ = (float(edge) for edge in note.Rect)
        if width(match["style"], blank.longest) * float(size) > right - left:
            raise DocumentNotSuitable(f"There is not room enough for {blank.longest!r}.")
        fields.append(_field(document, page.obj, note, match, blank.label))
    return fields, fonts


def _target(note: pikepdf.Object) -> str:
    action = note.get("/A")
    return str(action.get("/URI", "")) if action is not None else ""


def _field(
    document: Pdf, page: pikepdf.Object, note: pikepdf.Object, match: re.Match[str], label: str
) -> pikepdf.Object:
    for key in ("/A", "/Border", "/Contents"):
        del note[key]
    left, bottom, right, top = (Decimal(str(edge)) for edge in note.Rect)
    note.Subtype, note.FT, note.T, note.TU = Name.Widget, Name.Tx, String(match["name"]), String(label)
    note.Ff, note.F, note.P = READ_ONLY, PRINTED_AND_LOCKED, page
    note.DA = String(f"/Blank{match['style'].capitalize()} {match['size']} Tf 0 g")
    nothing_drawn = document.make_stream(
        b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, right - left, top - bottom]), Resources={}
    )
    note.AP = Dictionary(N=nothing_drawn)
    element = _element_of(document, int(note.StructParent))
    element.S, element.Alt = Name.Form, String(label)
    (element.K,) = element.K if isinstance(element.K, Array) else (element.K,)
    return note


def _element_of(document: Pdf, key: int) -> pikepdf.Object:
    nums = document.Root.StructTreeRoot.ParentTree.Nums
    return next(nums[place + 1] for place in range(0, len(nums), 2) if int(nums[place]) == key)


def drawing(text: str, default_appearance: str) -> bytes:
    """The content stream of a filled blank, by its /DA: the codes are those of the text (UTF-16)."""
    size = default_size(default_appearance)
    codes = text.encode("utf-16-be").hex().upper().encode("ascii")
    up = format((size * BELOW).normalize(), "f").encode("ascii")
    return b"/Tx BMC q BT %s 0 %s Td <%s> Tj ET Q EMC" % (default_appearance.encode("ascii"), up, codes)


def default_size(default_appearance: str) -> Decimal:
    """The size in points; raises DocumentNotSuitable for a /DA that is not as we write it."""
    if match := DEFAULT.fullmatch(default_appearance):
        return Decimal(match["size"])
    raise DocumentNotSuitable("The appearance of a blank is not one of ours.")


def default_font(default_appearance: str) -> str:
    """The key of its font in the form's /DR, with its slash."""
    match = DEFAULT.fullmatch(default_appearance)
    return f"/{match['font']}" if match else ""


def values_in(form: Any) -> dict[str, str | None]:
    """The blanks of a form (a pikepdf dictionary) by name: the text, or None while it is empty."""
    fields = form.get("/Fields", ()) if form is not None else ()
    return {
        str(field.T): str(field.V) if "/V" in field else None
        for field in fields
        if field.get("/FT") == "/Tx" and str(field.get("/T")) in NAMES
    }


def blanks_of(pdf: bytes) -> dict[str, str | None]:
    """The blanks of a document; raises DocumentNotSuitable for one that cannot be read."""
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            return values_in(document.Root.get("/AcroForm"))
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentNotSuitable(f"The document's form cannot be read: {error}.") from error
