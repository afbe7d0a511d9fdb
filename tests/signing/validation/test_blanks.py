"""Blanks are filled by the seal's revision with our own drawing of the text, and in no other way whatever."""

import functools
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from signing.pades.blanks import DATE, EXPIRY, NUMBER, blanks_of, drawing
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import OFFICIAL
from signing.pades.fill import fill_blanks
from signing.pades.writer import QuietWriter
from signing.signer.errors import SealRefused
from signing.signer.filled_blanks import check_filled
from signing.validation.report import Report, Verdict
from signing.validation.validate import validate
from tests.pki.build import pki
from tests.signing.pades.build import LATER, fresh, issued, preserve_now, sign, trust
from tests.signing.pades.numbered import (
    FILLED,
    numbered,
    prepared_otherwise,
    prepared_to_seal,
    sealed_with,
    with_blanks,
)
from tests.signing.validation.attacks import updated

Change = Callable[[QuietWriter], None]
OTHERWISE: dict[str, Change] = {}  # what a seal's revision might do instead


def otherwise(change: Change) -> Change:
    OTHERWISE[change.__name__] = change
    return change


def _field(writer: Any, name: str) -> Any:
    return next(one for one in writer.root["/AcroForm"]["/Fields"] if one.get_object()["/T"] == name)


def _set(writer: Any, name: str, key: str, value: Any) -> None:
    field = _field(writer, name)
    field.get_object()[pdf_name(key)] = value
    writer.mark_update(field)


def _drawn(writer: Any, name: str) -> Any:
    return _field(writer, name).get_object()["/AP"]["/N"]


@otherwise
def text_other_than_drawn(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    _set(writer, NUMBER, "/V", generic.TextStringObject("999/2026/GP-SYT"))


@otherwise
def drawing_other_than_text(writer: QuietWriter) -> None:
    """Amendment of the form rules: /V says 123, the page shows 999."""
    fill_blanks(writer, FILLED)
    _drawn(writer, NUMBER)._data = drawing("999/2026/GP-SYT", "/BlankRegular 13 Tf 0 g")


@otherwise
def more_drawn_than_the_text(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    stream = _drawn(writer, NUMBER)
    stream._data = stream.data + b" 0 0 100 100 re f"


@otherwise
def drawn_with_another_font(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    fonts = _drawn(writer, NUMBER)["/Resources"]["/Font"]
    fonts[pdf_name("/BlankRegular")] = fonts.raw_get("/BlankRegular").get_object()["/DescendantFonts"][0]


@otherwise
def drawn_with_the_font_of_the_date(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    italic = _drawn(writer, DATE)["/Resources"]["/Font"].raw_get("/BlankItalic")
    _drawn(writer, NUMBER)["/Resources"]["/Font"][pdf_name("/BlankRegular")] = italic


@otherwise
def font_changed_under_it(writer: Any) -> None:
    fill_blanks(writer, FILLED)
    font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/BlankRegular")
    font.get_object()[pdf_name("/ToUnicode")] = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.mark_update(font)


@otherwise
def drawn_elsewhere(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    _drawn(writer, NUMBER)[pdf_name("/Matrix")] = generic.ArrayObject(map(generic.NumberObject, (9, 0, 0, 9, 0, 0)))


@otherwise
def field_moved(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800)))
    _set(writer, NUMBER, "/Rect", box)


@otherwise
def field_unlocked(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    _set(writer, NUMBER, "/Ff", generic.NumberObject(0))  # type: ignore[no-untyped-call]


@otherwise
def shown_otherwise_under_the_pointer(writer: Any) -> None:
    fill_blanks(writer, FILLED)
    field = _field(writer, NUMBER).get_object()
    field["/AP"][pdf_name("/R")] = writer.add_object(generic.StreamObject(stream_data=b""))


@otherwise
def one_blank_left_empty(writer: QuietWriter) -> None:
    fill_blanks(writer, FILLED)
    for key in ("/V", "/AP"):
        del _field(writer, EXPIRY).get_object()[key]


@otherwise
def nothing_filled(writer: QuietWriter) -> None:
    pass


@otherwise
def another_field_added(writer: Any) -> None:
    fill_blanks(writer, FILLED)
    page = writer.root["/Pages"]["/Kids"][0]
    entries = {
        "/Type": pdf_name("/Annot"),
        "/Subtype": pdf_name("/Widget"),
        "/FT": pdf_name("/Tx"),
        "/T": generic.TextStringObject("Remark"),
        "/V": generic.TextStringObject("9"),
        "/Rect": generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))),
        "/P": page,
    }
    added = generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()})  # type: ignore[no-untyped-call]
    reference = writer.add_object(added)
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])


@otherwise
def page_changed_besides(writer: Any) -> None:
    fill_blanks(writer, FILLED)
    page = writer.find_page_for_modification(0)[0].get_object()
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.update_container(page)


@functools.cache
def forged(name: str) -> bytes:
    """The official's document with a good seal over a revision that does something else."""
    return sealed_with(numbered().official, prepared_otherwise(numbered().official, OTHERWISE[name]))


def _validate(pdf: bytes) -> Report:
    return validate(pdf, trust(), LATER, fresh())


def test_a_document_that_was_numbered_with_its_seal_is_valid() -> None:
    assert validate(numbered().preserved, trust(), LATER).reasons == ()
    report = _validate(numbered().preserved)
    assert report.verdict is Verdict.VALID
    assert [one.later_changes for one in report.signatures] == ["signing", "preservation", "none"]
    assert blanks_of(numbered().preserved) == FILLED
    assert _validate(preserve_now(numbered().preserved, LATER)).verdict is Verdict.VALID


def test_while_it_waits_for_the_seal_its_blanks_are_empty_and_it_lacks_the_seal_alone() -> None:
    assert blanks_of(numbered().official) == dict.fromkeys(FILLED)
    assert _validate(numbered().official).reasons == ("Seal: this signature is foreseen but missing",)


def test_the_forger_can_also_seal_honestly() -> None:
    """What makes the forgeries below bad is what they do, not how the test seals."""
    honest = prepared_otherwise(numbered().official, lambda writer: fill_blanks(writer, FILLED))
    assert _validate(sealed_with(numbered().official, honest)).verdict is Verdict.VALID
    check_filled(numbered().official, honest.revision, FILLED)


@pytest.mark.parametrize("name", OTHERWISE)
def test_no_other_change_together_with_the_seal_is_valid(name: str) -> None:
    assert _validate(forged(name)).verdict is Verdict.INVALID


@pytest.mark.parametrize("name", OTHERWISE)
def test_the_signer_seals_no_other_change(name: str) -> None:
    with pytest.raises(SealRefused):
        check_filled(numbered().official, forged(name), FILLED)


def test_the_signer_seals_no_other_text_than_is_on_record() -> None:
    prepared = prepared_to_seal(numbered().official)
    check_filled(numbered().official, prepared.revision, FILLED)
    for other in ({**FILLED, NUMBER: "124/2026/GP-SYT"}, {}, {NUMBER: FILLED[NUMBER]}, {**FILLED, "Name": "Ai"}):
        with pytest.raises(SealRefused):
            check_filled(numbered().official, prepared.revision, other)


def test_a_document_without_blanks_is_sealed_with_nothing_on_record() -> None:
    check_filled(issued().official, issued().sealed, {})
    with pytest.raises(SealRefused):
        check_filled(issued().official, issued().sealed, FILLED)


def test_filling_before_the_official_signs_is_seen() -> None:
    filled = updated(with_blanks(), lambda writer: fill_blanks(writer, FILLED))
    official = sign(filled, OFFICIAL, pki().official)
    prepared = prepared_otherwise(official, lambda writer: None)
    assert _validate(sealed_with(official, prepared)).verdict is Verdict.INVALID
    with pytest.raises(SealRefused):
        check_filled(official, prepared.revision, FILLED)
    with pytest.raises(DocumentNotSuitable):
        prepared_to_seal(official)


def test_filling_in_a_revision_of_its_own_before_the_seal_is_seen() -> None:
    filled = updated(numbered().official, lambda writer: fill_blanks(writer, FILLED))
    assert _validate(filled).verdict is Verdict.INVALID
    sealed = sealed_with(filled, prepared_otherwise(filled, lambda writer: None))
    assert _validate(sealed).verdict is Verdict.INVALID
    with pytest.raises(SealRefused):
        check_filled(numbered().official, sealed, FILLED)


def test_filling_after_the_seal_is_seen() -> None:
    filled = updated(forged("nothing_filled"), lambda writer: fill_blanks(writer, FILLED))
    assert _validate(filled).verdict is Verdict.INVALID


@pytest.mark.parametrize("state", ["sealed", "preserved"])
def test_another_number_after_the_seal_is_seen(state: str) -> None:
    def change(writer: Any) -> None:
        _set(writer, NUMBER, "/V", generic.TextStringObject("999/2026/GP-SYT"))

    assert _validate(updated(getattr(numbered(), state), change)).verdict is Verdict.INVALID


def test_another_drawing_after_the_seal_is_seen() -> None:
    def change(writer: Any) -> None:
        drawn = _field(writer, NUMBER).get_object()["/AP"].raw_get("/N")
        stream = drawn.get_object()
        stream._data, stream._encoded_data = drawing("999/2026/GP-SYT", "/BlankRegular 13 Tf 0 g"), None
        writer.mark_update(drawn)

    assert _validate(updated(numbered().preserved, change)).verdict is Verdict.INVALID


def test_a_seal_fills_all_blanks_and_only_with_what_fits() -> None:
    for wrong in (
        {},
        {NUMBER: FILLED[NUMBER]},
        {**FILLED, NUMBER: ""},
        {**FILLED, NUMBER: "123/2026/KHÁC"},
        {**FILLED, NUMBER: "1234567/2026/GP-SYT"},
        {**FILLED, "Name": "Ai"},
    ):
        with pytest.raises(DocumentNotSuitable):
            prepared_to_seal(numbered().official, wrong)


def test_the_same_number_gives_the_same_revision() -> None:
    assert prepared_to_seal(numbered().official) == prepared_to_seal(numbered().official)


def test_what_is_drawn_are_the_codes_of_the_text() -> None:
    with pikepdf.open(BytesIO(numbered().preserved)) as document:
        for field in list(document.Root.AcroForm.Fields)[2:5]:
            codes = str(field.V).encode("utf-16-be").hex().upper().encode()
            assert b"<" + codes + b"> Tj" in field.AP.N.read_bytes()
