"""The font in which blanks are filled: a few glyphs of the document's type, embedded once, before anybody signs.

Codes are UTF-16 and a table leads from them to the glyphs, so what is drawn is read off the bytes: nobody has to look
into the font to know which digits a stream shows.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from config.assets import FONTS
from signing.pades.errors import DocumentNotSuitable

FILES = {"regular": "Tinos_400Regular.ttf", "italic": "Tinos_400Regular_Italic.ttf"}
SYMBOLIC = 4  # /Flags of a font whose characters are found by code alone (ISO 32000-1, table 123)
THOUSAND = 1000  # widths count in thousandths of the size
TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
    b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n%s"
    b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
)


def add_font(document: Pdf, style: str, characters: frozenset[str]) -> pikepdf.Object:
    """A composite font with these characters, embedded in `document`; the same every time (DocumentNotSuitable)."""
    program, glyphs, widths, box = _subset(style, characters)
    codes = sorted(glyphs)
    to_glyph = bytearray(2 * (codes[-1] + 1))
    for code in codes:
        to_glyph[2 * code : 2 * code + 2] = glyphs[code].to_bytes(2, "big")
    name = Name(f"/ANTNUM+Tinos-{style.capitalize()}")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=SYMBOLIC,
        FontBBox=Array(list(box)),
        ItalicAngle=0 if style == "regular" else -12,
        Ascent=891,
        Descent=-216,
        CapHeight=662,
        StemV=80,
        FontFile2=document.make_stream(program, Length1=len(program)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=document.make_indirect(descriptor),
        W=Array([part for code in codes for part in (code, Array([widths[code]]))]),
        CIDToGIDMap=document.make_stream(bytes(to_glyph)),
    )
    return document.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([document.make_indirect(descendant)]),
            ToUnicode=document.make_stream(_to_unicode(codes)),
        )
    )


def width(style: str, text: str) -> float:
    """How wide a text is, in sizes; raises DocumentNotSuitable for a character that the font lacks."""
    widths = _subset(style, frozenset(text))[2]
    return sum(widths[ord(character)] for character in text) / THOUSAND


def _to_unicode(codes: list[int]) -> bytes:
    lines = [b"<%04X> <%04X>\n" % (code, code) for code in codes]
    parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return TO_UNICODE % b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(part), b"".join(part)) for part in parts)


@lru_cache(maxsize=64)
def _subset(style: str, characters: frozenset[str]) -> tuple[bytes, dict[int, int], dict[int, int], tuple[int, ...]]:
    """The font file without hints and with these glyphs alone; glyph and width of each code; the font's box."""
    from fontTools import subset, ttLib  # takes 0.2 s to load, and only composing needs it

    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=False, name_IDs=[], recalc_timestamp=False, glyph_names=False
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "OS/2", "name", "post", "FFTM", "meta", "DSIG"]
    font: Any = ttLib.TTFont(FONTS / FILES[style], recalcTimestamp=False)
    known = font.getBestCmap()
    if missing := sorted(character for character in characters if ord(character) not in known):
        raise DocumentNotSuitable(f"There is no glyph for {''.join(missing)!r}.")
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    left, order, units = font.getBestCmap(), font.getReverseGlyphMap(), font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    widths = {code: round(metrics[name][0] * THOUSAND / units) for code, name in left.items()}
    head = font["head"]
    box = tuple(round(edge * THOUSAND / units) for edge in (head.xMin, head.yMin, head.xMax, head.yMax))
    glyphs = {code: order[name] for code, name in left.items()}
    del font["cmap"]  # a composite font finds glyphs by the table beside it
    written = BytesIO()
    font.save(written)
    return written.getvalue(), glyphs, widths, box
