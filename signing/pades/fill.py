"""Fills the blanks of a document in the revision that a seal will close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject, TextStringObject, pdf_name

from signing.pades.blanks import NAMES, default_font, drawing
from signing.pades.errors import DocumentNotSuitable
from signing.pades.writer import QuietWriter


def fill_blanks(writer: QuietWriter, filled: Mapping[str, str]) -> None:
    """Give each blank its text and its appearance; raises DocumentNotSuitable unless exactly these are empty."""
    form = writer.root["/AcroForm"]
    blanks = {
        str(field["/T"]): reference
        for reference in form["/Fields"]
        if (field := reference.get_object()).get("/FT") == "/Tx" and field.get("/T") in NAMES
    }
    if set(blanks) != set(filled):
        raise DocumentNotSuitable("These are not the texts that the document has blanks for.")
    for name, text in filled.items():
        _fill(writer, form, blanks[name], text)


def _fill(writer: QuietWriter, form: Any, reference: Any, text: str) -> None:
    field = reference.get_object()
    if "/V" in field:
        raise DocumentNotSuitable("A blank is filled already.")
    font = form["/DR"]["/Font"].raw_get(default_font(str(field["/DA"])))
    _check_room(font.get_object(), field, text)
    field[pdf_name("/V")] = TextStringObject(text)
    stream = appearance(field, font, text)
    field[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): writer.add_object(stream)})  # type: ignore[no-untyped-call]
    writer.mark_update(reference)


def appearance(field: Any, font: Any, text: str) -> StreamObject:
    """What a filled blank shows: its text, once, in the font that was embedded for it before anybody signed."""
    fonts = DictionaryObject({pdf_name(default_font(str(field["/DA"]))): font})  # type: ignore[no-untyped-call]
    return StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): ArrayObject([*field["/AP"]["/N"]["/BBox"]]),
            pdf_name("/Resources"): DictionaryObject({pdf_name("/Font"): fonts}),  # type: ignore[no-untyped-call]
        },
        stream_data=drawing(text, str(field["/DA"])),
    )


def _check_room(font: Any, field: Any, text: str) -> None:
    """The text must be of characters that the font has, and no longer than its place."""
    listed = list(font["/DescendantFonts"][0]["/W"])
    widths = {int(code): int(width[0]) for code, width in zip(listed[::2], listed[1::2], strict=True)}
    size = float(str(field["/DA"]).split()[1])
    left, _, right, _ = (float(edge) for edge in field["/Rect"])
    if not text or not set(map(ord, text)) <= set(widths):
        raise DocumentNotSuitable("The text has characters that its blank is not made for.")
    if sum(widths[ord(character)] for character in text) * size / 1000 > right - left:
        raise DocumentNotSuitable("The text is longer than its blank.")
