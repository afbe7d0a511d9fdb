"""Makes the fonts of a document smaller: instructions for screens of few dots, which no page of ours needs, go.

They are a third of each embedded font, and a licence has four. Outlines and widths stay as they are, bit for bit.
"""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise

import pikepdf
from pikepdf import Name, Pdf

KEPT = (b"head", b"hhea", b"maxp", b"hmtx", b"loca", b"glyf")  # what a font inside a PDF must have (ISO 32000-1, 9.9)
HAS_INSTRUCTIONS, MORE_PARTS = 0x0100, 0x0020  # flags of a part of a composed glyph (OpenType, glyf)
WORDS, ONE_SCALE, TWO_SCALES, FOUR_SCALES = 0x0001, 0x0008, 0x0040, 0x0080


def lighten_fonts(document: Pdf) -> None:
    """Rewrite every embedded TrueType font; one that is not built as expected stays as it is."""
    for found in list(document.objects):
        if isinstance(found, pikepdf.Dictionary) and "/FontFile2" in found:
            file = found.FontFile2
            try:
                lighter = without_instructions(file.read_bytes())
            except (struct.error, KeyError, IndexError, ValueError):
                continue
            file.write(zlib.compress(lighter, 9), filter=Name.FlateDecode)
            file.Length1 = len(lighter)


def without_instructions(font: bytes) -> bytes:
    """The same outlines without hints, names and other tables that a PDF has no use for."""
    count = struct.unpack_from(">H", font, 4)[0]
    records = [struct.unpack_from(">4s3I", font, 12 + 16 * place) for place in range(count)]
    tables = {tag: font[offset : offset + length] for tag, _, offset, length in records}
    short = struct.unpack_from(">h", tables[b"head"], 50)[0] == 0
    glyphs = struct.unpack_from(">H", tables[b"maxp"], 4)[0]
    ends = struct.unpack_from(f">{glyphs + 1}{'H' if short else 'I'}", tables[b"loca"])
    places = [end * 2 if short else end for end in ends]
    outlines, begins = bytearray(), [0]
    for start, end in pairwise(places):
        outlines += _plain(tables[b"glyf"][start:end])
        outlines += bytes(-len(outlines) % 4)
        begins.append(len(outlines))
    loca = [begin // 2 for begin in begins] if short else begins
    tables[b"glyf"], tables[b"loca"] = bytes(outlines), struct.pack(f">{glyphs + 1}{'H' if short else 'I'}", *loca)
    return _written(font[:4], {tag: tables[tag] for tag in sorted(KEPT)})


def _plain(glyph: bytes) -> bytes:
    """One glyph without its instructions."""
    if len(glyph) < 10:
        return glyph
    contours = struct.unpack_from(">h", glyph)[0]
    if contours < 0:
        return _composed(glyph)
    at = 10 + 2 * contours
    length = struct.unpack_from(">H", glyph, at)[0]
    return glyph[:at] + b"\0\0" + glyph[at + 2 + length :]


def _composed(glyph: bytes) -> bytes:
    made, at, flags = bytearray(glyph[:10]), 10, MORE_PARTS
    while flags & MORE_PARTS:
        flags = struct.unpack_from(">H", glyph, at)[0]
        length = 4 + (4 if flags & WORDS else 2)
        length += 2 * bool(flags & ONE_SCALE) + 4 * bool(flags & TWO_SCALES) + 8 * bool(flags & FOUR_SCALES)
        made += struct.pack(">H", flags & ~HAS_INSTRUCTIONS) + glyph[at + 2 : at + length]
        at += length
    return bytes(made)


def _written(kind: bytes, tables: dict[bytes, bytes]) -> bytes:
    """A font file of these tables, each at a multiple of four, with its sum."""
    power = len(tables).bit_length() - 1
    head = struct.pack(">4s4H", kind, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    records, content, at = bytearray(), bytearray(), len(head) + 16 * len(tables)
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        records += struct.pack(">4s3I", tag, total, at + len(content), len(table))
        content += padded
    return head + bytes(records) + bytes(content)
