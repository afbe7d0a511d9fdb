"""The empty fields of a document that is numbered later, and the fonts that were made smaller for them."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from signing.pades.blank_font import width
from signing.pades.blanks import DATE, EXPIRY, NUMBER, Blank, blanks_of, drawing
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import add_signature_fields
from signing.pades.lighter_fonts import without_instructions
from tests.signing.pades.build import HERE, LABELS, OFFICIAL_BOX, SEAL_BOX, base_document, issued, typeset
from tests.signing.pades.numbered import BLANKS, LONGEST_DAY, numbered, with_blanks
from tests.verapdf.check import faults


def _with(blanks: dict[str, Blank]) -> bytes:
    base = typeset(HERE / "numbered.typ", "a-3a,ua-1", {})
    return add_signature_fields(base, OFFICIAL_BOX, SEAL_BOX, LABELS, blanks)


def test_blanks_are_empty_locked_tagged_and_labelled() -> None:
    with pikepdf.open(BytesIO(with_blanks())) as document:
        fields = {str(field.T): field for field in list(document.Root.AcroForm.Fields)[2:]}
        assert set(fields) == {NUMBER, DATE, EXPIRY}
        nums = document.Root.StructTreeRoot.ParentTree.Nums
        elements = {int(nums[place]): nums[place + 1] for place in range(0, len(nums), 2)}
        for name, field in fields.items():
            assert (str(field.FT), int(field.Ff), str(field.TU)) == ("/Tx", 1, BLANKS[name].label)
            assert not {"/V", "/A"} & set(field.keys())
            assert field.AP.N.read_bytes() == b""
            element = elements[int(field.StructParent)]
            assert (str(element.S), str(element.Alt), str(element.K.Obj.T)) == ("/Form", BLANKS[name].label, name)
        assert str(fields[DATE].DA) == "/BlankItalic 13 Tf 0 g"
        assert set(document.Root.AcroForm.DR.Font.keys()) == {"/BlankItalic", "/BlankRegular"}
        assert not any("blank:" in str(note.get("/A", "")) for note in document.pages[0].Annots)


def test_the_same_document_gets_the_same_bytes() -> None:
    assert _with(BLANKS) == with_blanks()


@pytest.mark.parametrize("state", ["fields", "official", "sealed", "preserved"])
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_document_keeps_its_conformance(state: str, flavour: str) -> None:
    assert faults(getattr(numbered(), state), flavour) == []


def test_number_and_days_cost_few_bytes() -> None:
    assert len(numbered().preserved) - len(issued().preserved) < 12_000  # its typeset italics and three fields of text


@pytest.mark.parametrize(
    "blanks",
    [
        {NUMBER: BLANKS[NUMBER]},
        BLANKS | {"Name": Blank("Tên", "A")},
        BLANKS | {NUMBER: replace(BLANKS[NUMBER], longest="0" * 200)},
        BLANKS | {DATE: replace(BLANKS[DATE], longest="\N{CUNEIFORM SIGN A}")},
    ],
    ids=["places without text", "text without place", "no room", "no glyph"],
)
def test_blanks_that_do_not_fit_the_layout_are_refused_before_anybody_signs(blanks: dict[str, Blank]) -> None:
    with pytest.raises(DocumentNotSuitable):
        _with(blanks)


def test_a_layout_without_places_takes_no_blanks() -> None:
    with pytest.raises(DocumentNotSuitable):
        add_signature_fields(base_document(), OFFICIAL_BOX, SEAL_BOX, LABELS, BLANKS)


def test_digits_are_all_of_one_width() -> None:
    assert len({width("regular", digit) for digit in "0123456789"}) == 1
    assert width("italic", LONGEST_DAY) > 9


def test_what_cannot_be_read_has_no_blanks() -> None:
    with pytest.raises(DocumentNotSuitable):
        blanks_of(b"no PDF")


@pytest.mark.parametrize(
    "appearance", ["/F1 13 Tf 0 g", "/BlankRegular 13 Tf 1 g", "0 0 9 9 re f /BlankRegular 13 Tf 0 g"]
)
def test_only_our_own_way_of_drawing_is_drawn(appearance: str) -> None:
    with pytest.raises(DocumentNotSuitable):
        drawing("1", appearance)


def test_fonts_lose_hints_and_keep_outlines_and_widths() -> None:
    from fontTools import ttLib

    with pikepdf.open(BytesIO(base_document())) as document:
        fonts = [one.FontFile2.read_bytes() for one in document.objects if _is_font(one)]
    assert fonts
    for whole in fonts:
        lighter = without_instructions(whole)
        assert len(lighter) < 0.7 * len(whole)
        before, after = ttLib.TTFont(BytesIO(whole)), ttLib.TTFont(BytesIO(lighter))
        assert set(after.reader.keys()) == {"head", "hhea", "maxp", "hmtx", "loca", "glyf"}
        names = before.getGlyphOrder()
        assert before["hmtx"].metrics[names[1]] == after["hmtx"].metrics[after.getGlyphOrder()[1]]
        for old, new in zip(names, after.getGlyphOrder(), strict=True):
            drawn = [font["glyf"][name].getCoordinates(font["glyf"]) for font, name in ((before, old), (after, new))]
            assert drawn[0][0] == drawn[1][0], old
            assert list(drawn[0][1]) == list(drawn[1][1])
        assert without_instructions(lighter) == lighter


def _is_font(found: object) -> bool:
    return isinstance(found, pikepdf.Dictionary) and "/FontFile2" in found
