"""Whether a field that was filled in shows what it says: part of step 7 in others' documents.

Its drawing is free: it may say 123 and draw 999. So of a text only a plain drawing is believed, in letters that mean
what they look like: no picture, no lines but a background before it, and a font that was there when somebody signed, or
one of the standard ones. Then its text, as a reader takes it, must be the value, and all of it must be visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, Stream

from signing.validation.fields import Field, Found, shown, walk

MOST_FILLED = 64  # fields whose drawings are looked at
LONGEST_DRAWING = 64 * 1024  # bytes of operators
WRITING = {
    *("q", "Q", "BT", "ET", "BMC", "BDC", "EMC", "MP", "DP", "w", "g", "rg", "k", "G", "RG", "K"),
    *("Tf", "Td", "TD", "Tm", "T*", "TL", "Tc", "Tw", "Tz", "Tj", "TJ", "'", '"'),
}
BACKGROUND = {"re", "W", "W*", "n", "f", "F", "f*", "S", "s", "d", "J", "j"}  # whole boxes, before the first letter
MARGIN = 5.0  # points by which a box of the background may be smaller than the field
STANDARD = {
    *("/Helvetica", "/Helvetica-Bold", "/Helvetica-Oblique", "/Helvetica-BoldOblique"),
    *("/Times-Roman", "/Times-Bold", "/Times-Italic", "/Times-BoldItalic"),
    *("/Courier", "/Courier-Bold", "/Courier-Oblique", "/Courier-BoldOblique"),
}
ENCODINGS = (None, "/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding", "/PDFDocEncoding")
IDENTITY = [1, 0, 0, 1, 0, 0]
VISIBLE = 0.6  # of the width of the letters must be seen
NEAR = 2.0  # points by which letters and boxes may miss each other


def drawn_otherwise(pdf: bytes, signed: bytes, before: dict[str, Field], names: set[str]) -> Iterator[str]:
    """Those of the filled fields `names` whose drawing is not plainly their value.

    `signed` is the file as it was when it was signed, `before` its fields. Raises whatever a hostile file provokes.
    """
    if not names:
        return
    if len(names) > MOST_FILLED:
        raise ValueError("more fields were filled in than are looked at")
    with _opened(pdf) as document, _opened(signed) as former:
        for found in walk(document.Root.AcroForm.get("/Fields")):
            if found.name in names and "/Rect" in found.body and not _agrees(found, before[found.name], former):
                yield found.name


def _opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True)


def _agrees(found: Found, before: Field, former: pikepdf.Pdf) -> bool:
    appearance = found.body.get("/AP")
    if found.kind == "/Btn":
        return before.shows == shown(appearance) and _ticked(found)
    if not isinstance(appearance, Dictionary) or set(appearance.keys()) != {"/N"}:
        return False
    drawn = appearance.N
    if not isinstance(drawn, Stream) or not _in_place(drawn, found.body) or not _plain(drawn, former):
        return False
    text = _seen(drawn)
    return text is not None and _squeezed(text) in {_squeezed(one) for one in _names_of(found)}


def _ticked(found: Found) -> bool:
    """The pictures of a box were there before; of these the one of its value is shown, in the widget that has it."""
    pictures = set(found.body.AP.N.keys())
    if "/V" in found.body and found.value not in pictures:
        return False
    return str(found.body.get("/AS")) == (found.value if found.value in pictures else "/Off")


def _names_of(found: Found) -> Iterator[str]:
    """The value, and of a choice what it is called for people."""
    yield found.value
    for option in found.body.get("/Opt", ()) if found.kind == "/Ch" else ():
        if isinstance(option, pikepdf.Array) and len(option) == 2 and str(option[0]) == found.value:
            yield str(option[1])


def _in_place(drawn: Any, widget: Any) -> bool:
    """As large as the field, and neither turned nor stretched."""
    box, place = ([float(number) for number in one] for one in (drawn.BBox, widget.Rect))
    sizes = [abs(box[end] - box[start]) - abs(place[end] - place[start]) for start, end in ((0, 2), (1, 3))]
    return (
        all(abs(size) <= NEAR for size in sizes) and [float(one) for one in drawn.get("/Matrix", IDENTITY)] == IDENTITY
    )


def _plain(drawn: Any, former: pikepdf.Pdf) -> bool:
    """Nothing but letters on a background, and letters of honest fonts."""
    if len(drawn.read_raw_bytes()) > LONGEST_DRAWING:
        return False
    fonts, written = drawn.get("/Resources", {}).get("/Font", {}), False
    for one in pikepdf.parse_content_stream(drawn):
        name = str(one.operator)
        if name == "Tf" and not _honest(fonts.get(str(one.operands[0])), former):
            return False
        if name in BACKGROUND and (written or (name == "re" and not _whole(list(one.operands), drawn.BBox))):
            return False
        if name not in BACKGROUND | WRITING:
            return False
        written = written or name in ("Tj", "TJ", "'", '"')
    return written


def _whole(drawn: list[Any], box: Any) -> bool:
    """Whether a rectangle is the field's own, but for a margin."""
    x, y, width, height = map(float, drawn)
    left, bottom, right, top = map(float, box)
    inside = 0 <= x - left <= MARGIN and 0 <= y - bottom <= MARGIN
    return inside and width >= right - left - 2 * MARGIN and height >= top - bottom - 2 * MARGIN


def _honest(font: Any, former: pikepdf.Pdf) -> bool:
    if not isinstance(font, Dictionary):
        return False
    if font.is_indirect and font.objgen[0] < int(former.trailer.Size):
        return str(former.get_object(font.objgen).get("/Type")) == "/Font"
    encoding = font.get("/Encoding")
    known = font.get("/Subtype") == Name.Type1 and str(font.get("/BaseFont")) in STANDARD
    plain = not {"/FontDescriptor", "/ToUnicode", "/Widths"} & set(font.keys())
    return known and plain and (None if encoding is None else str(encoding)) in ENCODINGS


def _seen(drawn: Any) -> str | None:
    """The text of a drawing, if its letters lie in their box and most of them can be seen."""
    box = [float(number) for number in drawn.BBox]
    with pikepdf.new() as alone:
        page = alone.add_blank_page(page_size=(abs(box[2] - box[0]), abs(box[3] - box[1]))).obj
        page.MediaBox = pikepdf.Array(box)
        page.Resources = Dictionary(XObject=Dictionary(Drawn=alone.copy_foreign(drawn)))
        page.Contents = Stream(alone, b"/Drawn Do")
        written = BytesIO()
        alone.save(written)
    document = pypdfium2.PdfDocument(written.getvalue())
    try:
        return _read(document[0])
    finally:
        document.close()


def _read(page: Any) -> str | None:
    text = page.get_textpage()
    boxes = [text.get_charbox(place) for place in range(text.count_chars())]
    boxes = [one for one in boxes if one[2] > one[0]]
    left, bottom, right, top = page.get_mediabox()
    if not boxes or any(
        one[0] < left - NEAR or one[1] < bottom - NEAR or one[2] > right + NEAR or one[3] > top + NEAR for one in boxes
    ):
        return None
    width = max(one[2] for one in boxes) - min(one[0] for one in boxes)
    return str(text.get_text_bounded()) if _inked(page) >= VISIBLE * width else None


def _inked(page: Any) -> int:
    """How wide that is what can be seen, in points."""
    bitmap = page.render(scale=1, grayscale=True)
    content, seen = bytes(bitmap.buffer), []
    rows = [content[at * bitmap.stride : at * bitmap.stride + bitmap.width] for at in range(bitmap.height)]
    paper = max(set(content[: bitmap.stride]), key=content[: bitmap.stride].count) if content else 255
    for row in rows:
        ink = [at for at, shade in enumerate(row) if abs(shade - paper) > 60]
        seen += [ink[0], ink[-1]] if ink else []
    return max(seen) - min(seen) + 1 if seen else 0


def _squeezed(text: str) -> str:
    return "".join(text.split())
