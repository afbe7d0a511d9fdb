"""Form-field swap: numbers and names that stand in fields, said or shown otherwise than what was signed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from signing.pades.blanks import EXPIRY, NUMBER, drawing
from signing.pades.fill import fill_blanks
from tests.attacks.bases import BASES, unsigned_letter
from tests.attacks.collection import AMBER, RED, attack
from tests.attacks.edit import Freedom, array, dictionary, field_of, page_of, sign_freely, stream, text, updated
from tests.pki.build import pki
from tests.signing.pades.numbered import FILLED, numbered, prepared_otherwise, sealed_with

KIND, SHOWN = "form-field swap", "number shown otherwise than it is"
OTHER = "999/2026/GP-SYT"

BASES |= {"numbered_official": lambda: numbered().official, "numbered_sealed": lambda: numbered().sealed}


def _set(name: str, key: str, value: Any) -> Callable[[bytes], bytes]:
    def forge(pdf: bytes) -> bytes:
        def change(writer: Any) -> None:
            reference = field_of(writer, name)
            reference.get_object()[pdf_name(key)] = value
            writer.mark_update(reference)

        return updated(pdf, change)

    return forge


AFTER = {
    "number_replaced": _set(NUMBER, "/V", text(OTHER)),
    "expiry_replaced": _set(EXPIRY, "/V", text("ngày 02 tháng 3 năm 2099")),
    "number_hidden": _set(NUMBER, "/F", generic.NumberObject(2)),  # type: ignore[no-untyped-call]
    "number_moved": _set(NUMBER, "/Rect", array(0, 0, 600, 800)),
    "number_unlocked": _set(NUMBER, "/Ff", generic.NumberObject(0)),  # type: ignore[no-untyped-call]
    "number_without_drawing": _set(NUMBER, "/AP", dictionary()),
    "number_of_another_kind": _set(NUMBER, "/FT", pdf_name("/Ch")),
    "number_with_a_script": _set(NUMBER, "/AA", dictionary(C=dictionary(S=pdf_name("/JavaScript"), JS=text("1")))),
}
for _name, _forge in AFTER.items():
    _forge.__name__ = _name
    attack(KIND, "numbered numbered_sealed", RED)(_forge)


def _redrawn(writer: Any, name: str = NUMBER, value: str = OTHER) -> None:
    reference = field_of(writer, name).get_object()["/AP"].raw_get("/N")
    found = reference.get_object()
    found._data, found._encoded_data = drawing(value, "/BlankRegular 13 Tf 0 g"), None
    writer.mark_update(reference)


@attack(SHOWN, "numbered numbered_sealed", RED)
def number_redrawn_after_the_seal(pdf: bytes) -> bytes:
    return updated(pdf, _redrawn)


def _with_the_seal(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    """The agency's own good seal over a revision that fills the blanks otherwise."""

    def forge(pdf: bytes) -> bytes:
        def fill(writer: Any) -> None:
            fill_blanks(writer, FILLED)
            change(writer)

        return sealed_with(pdf, prepared_otherwise(pdf, fill))

    return forge


def _value(writer: Any) -> None:
    field_of(writer, NUMBER).get_object()[pdf_name("/V")] = text(OTHER)


def _drawing(writer: Any) -> None:
    stream = field_of(writer, NUMBER).get_object()["/AP"]["/N"]
    stream._data = drawing(OTHER, "/BlankRegular 13 Tf 0 g")


def _second_drawing(writer: Any) -> None:
    states = field_of(writer, NUMBER).get_object()["/AP"]
    states[pdf_name("/D")] = writer.add_object(stream(b"", Subtype=pdf_name("/Form")))


def _drawn_larger(writer: Any) -> None:
    field_of(writer, NUMBER).get_object()["/AP"]["/N"][pdf_name("/BBox")] = array(0, 0, 10, 10)


def _drawn_under_cover(writer: Any) -> None:
    drawn = field_of(writer, NUMBER).get_object()["/AP"]["/N"]
    drawn._data = drawn.data + b" 1 g 0 0 900 900 re f"


def _style(writer: Any) -> None:
    field_of(writer, NUMBER).get_object()[pdf_name("/DA")] = text("/BlankItalic 40 Tf 1 g")


def _needs_drawing(writer: Any) -> None:
    writer.root["/AcroForm"][pdf_name("/NeedAppearances")] = generic.BooleanObject(True)  # type: ignore[no-untyped-call]
    writer.update_container(writer.root["/AcroForm"])


WITH_THE_SEAL = (_value, _drawing, _second_drawing, _drawn_larger, _drawn_under_cover, _style)
for _change in WITH_THE_SEAL:
    _forge = _with_the_seal(_change)
    _forge.__name__ = f"sealed_with{_change.__name__}"
    attack(SHOWN, "numbered_official", RED)(_forge)


@attack(KIND, "numbered_official", RED)
def blanks_filled_without_the_seal(pdf: bytes) -> bytes:
    return updated(pdf, lambda writer: fill_blanks(writer, FILLED))


LETTERS = "plain archived twice certified2 certified3"


@attack(KIND, LETTERS, AMBER)
def remark_filled_in_by_nobody(pdf: bytes) -> bytes:
    """What was left empty is filled in, and nobody signed for it."""
    return updated(pdf, fill_remark)


def fill_remark(writer: Any) -> None:
    """The empty field of the letter gets a text and a drawing of it."""
    _fill(writer, "Paid", b"/Tx BMC q 0 0 240 20 re W n BT /F1 12 Tf 0 g 2 5 Td (Paid) Tj ET Q EMC")


def _fill(writer: Any, value: str, drawing: bytes, fonts: Any = None, **more: Any) -> None:
    """The remark says `value` and shows `drawing`, in the fonts of the form or others; `more` are entries of it."""
    reference = field_of(writer, "Remark")
    resources = fonts or writer.root["/AcroForm"]["/DR"]
    entries = {"Subtype": pdf_name("/Form"), "BBox": array(0, 0, 240, 20), "Resources": resources} | more
    reference.get_object()[pdf_name("/V")] = text(value)
    reference.get_object()[pdf_name("/AP")] = dictionary(N=writer.add_object(stream(drawing, **entries)))
    writer.mark_update(reference)


def _font(**entries: Any) -> Any:
    """The resources of a font that the letter did not have."""
    font = dictionary(Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), **entries)
    return dictionary(Font=dictionary(F1=font))


def _lying_font() -> Any:
    """Codes that look like 999 and are read as 123."""
    differences = generic.ArrayObject([generic.NumberObject(49), *[pdf_name("/nine")] * 3])  # type: ignore[no-untyped-call]
    return _font(BaseFont=pdf_name("/Helvetica"), Encoding=dictionary(Differences=differences))


_SAID = b"BT /F1 12 Tf 2 5 Td (123) Tj ET"
CONTRADICTED: dict[str, Callable[[Any], None]] = {
    "another_number": lambda writer: _fill(writer, "123", b"BT /F1 12 Tf 2 5 Td (999) Tj ET"),
    "one_more_digit": lambda writer: _fill(writer, "123", _SAID + b" BT /F1 12 Tf 24 5 Td (9) Tj ET"),
    "nothing": lambda writer: _fill(writer, "123", b""),
    "white_on_white": lambda writer: _fill(writer, "123", b"1 g " + _SAID),
    "digits_drawn_over": lambda writer: _fill(writer, "123", _SAID + b" 1 g 0 0 240 20 re f 0 g 2 2 8 16 re f"),
    "digits_behind": lambda writer: _fill(writer, "123", b"2 2 8 16 re f 12 2 8 16 re f 22 2 8 16 re f " * 2 + _SAID),
    "invisible_letters": lambda writer: _fill(writer, "123", b"3 Tr " + _SAID),
    "letters_cut_off": lambda writer: _fill(writer, "123", b"0 0 7 20 re W n " + _SAID),
    "letters_outside": lambda writer: _fill(writer, "123", b"BT /F1 12 Tf 900 5 Td (123) Tj ET"),
    "shrunk": lambda writer: _fill(writer, "123", _SAID, BBox=array(0, 0, 24000, 2000)),
    "mirrored": lambda writer: _fill(writer, "123", _SAID, Matrix=array(-1, 0, 0, 1, 0, 0)),
    "font_of_signs": lambda writer: _fill(writer, "123", _SAID, _font(BaseFont=pdf_name("/ZapfDingbats"))),
    "font_that_lies": lambda writer: _fill(writer, "123", _SAID, _lying_font()),
}
for _name, _shown in CONTRADICTED.items():

    def _signed_again(pdf: bytes, change: Callable[[Any], None] = _shown) -> bytes:
        return sign_freely(pdf, "Third", pki().deputy, Freedom(change=change))

    _signed_again.__name__ = f"remark_shown_as_{_name}_and_signed_again"
    attack(SHOWN, "plain certified2" if _name == "another_number" else "plain", AMBER)(_signed_again)


def _drawn_only(writer: Any) -> None:
    reference = field_of(writer, "Remark")
    drawn = stream(b"BT (Paid) Tj ET", Subtype=pdf_name("/Form"), BBox=array(0, 0, 240, 20))
    reference.get_object()[pdf_name("/AP")] = dictionary(N=writer.add_object(drawn))
    writer.mark_update(reference)


@attack(SHOWN, LETTERS, AMBER)
def empty_field_that_shows_something(pdf: bytes) -> bytes:
    return updated(pdf, _drawn_only)


@attack(SHOWN, "plain certified2", AMBER)
def empty_field_that_shows_something_signed_again(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", pki().deputy, Freedom(change=_drawn_only))


@attack(KIND, "plain twice", AMBER)
def payee_emptied(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        reference = field_of(writer, "Payee")
        del reference.get_object()["/V"]
        writer.mark_update(reference)

    return updated(pdf, change)


@attack(KIND, "licence plain certified2", RED, {"plain": AMBER})
def text_field_added(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        added = dictionary(Subtype=pdf_name("/Widget"), FT=pdf_name("/Tx"), T=text("More"), V=text("9"))
        added[pdf_name("/Rect")] = array(0, 0, 600, 800)
        reference = writer.add_object(added)
        page, fields = page_of(writer), writer.root["/AcroForm"]["/Fields"]
        fields.append(reference)
        page["/Annots"].append(reference)
        writer.update_container(fields)
        writer.update_container(page["/Annots"])

    return updated(pdf, change)


@attack(SHOWN, "numbered plain", RED, {"plain": AMBER})
def fields_to_be_drawn_anew(pdf: bytes) -> bytes:
    """Readers are told to draw the fields themselves, each in its own way."""
    return updated(pdf, _needs_drawing)


@functools.cache
def boxed() -> bytes:
    """A letter with a box that nobody has ticked, signed once."""
    with pikepdf.open(BytesIO(unsigned_letter())) as document:
        pictures = {name: Stream(document, drawn) for name, drawn in (("/Yes", b"2 2 16 16 re f"), ("/Off", b""))}
        for picture in pictures.values():
            picture.Type, picture.Subtype, picture.BBox = Name.XObject, Name.Form, Array([0, 0, 20, 20])
        box = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=String("Agreed"), V=Name.Off, AS=Name.Off)
        box.Rect, box.F, box.AP = Array([60, 500, 80, 520]), 4, Dictionary(N=Dictionary(pictures))
        reference = document.make_indirect(box)
        document.Root.AcroForm.Fields.append(reference)
        document.pages[0].Annots.append(reference)
        written = BytesIO()
        document.save(written, deterministic_id=True, compress_streams=False)
    return sign_freely(written.getvalue(), "Signature1", pki().deputy)


BASES |= {"boxed": boxed}


def tick(value: str, state: str, redrawn: bool = False) -> Callable[[Any], None]:
    """The box says `value` and shows its picture `state`, perhaps another picture than before."""

    def change(writer: Any) -> None:
        reference = field_of(writer, "Agreed")
        box = reference.get_object()
        box[pdf_name("/V")], box[pdf_name("/AS")] = pdf_name(value), pdf_name(state)
        if redrawn:
            drawn = stream(b"BT (no) Tj ET", Subtype=pdf_name("/Form"), BBox=array(0, 0, 20, 20))
            box["/AP"]["/N"][pdf_name("/Yes")] = writer.add_object(drawn)
        writer.mark_update(reference)

    return change


TICKED = {
    "and_said_to_be_open": tick("/Off", "/Yes"),
    "in_words_alone": tick("/Yes", "/Off"),
    "by_another_name": tick("/No", "/Yes"),
    "with_another_picture": tick("/Yes", "/Yes", redrawn=True),
}
for _name, _tick in TICKED.items():

    def _ticked(pdf: bytes, change: Callable[[Any], None] = _tick) -> bytes:
        return sign_freely(pdf, "Third", pki().official, Freedom(change=change))

    _ticked.__name__ = f"box_ticked_{_name}_and_signed_again"
    attack(SHOWN, "boxed", AMBER)(_ticked)
