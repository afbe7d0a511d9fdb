"""The one form in which pictures come into stamps: an ink, and how thickly it covers each pixel.

A PNG with a palette of that one ink, so that anything shows it; its rows go into the PDF as they are, as a soft mask
(ISO 32000-1, 11.6.5.3). Nothing else of a picture that somebody sent comes this far.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from signing.pades.errors import StampNotSuitable

PNG = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 1_000_000
INDEXED, DEFLATED, FILTERED, PROGRESSIVE = 3, 0, 0, 0
_FORM = re.compile(
    re.escape(PNG)
    + rb"\0\0\0\x0dIHDR(?P<head>.{13}).{4}.{3}(?P<inks>.)PLTE(?P<palette>.{6,48}).{4}"
    + rb"\0\0\0(?P<levels>.)tRNS(?P<coverage>.{2,16}).{4}(?P<size>.{4})IDAT(?P<rows>.+).{4}\0\0\0\0IEND\xaeB`\x82",
    re.DOTALL,
)


@dataclass(frozen=True)
class Picture:
    """Width and height in pixels, bits of coverage for a pixel (1, 2 or 4), the ink's red, green and blue (0-255).

    `rows` is a zlib stream (RFC 1950) of the rows from the top, each after its filter octet (PNG, 7.3 and 9).
    """

    width: int
    height: int
    bits: int
    ink: tuple[int, int, int]
    rows: bytes

    @property
    def row_length(self) -> int:
        """Octets of one row with its filter's."""
        return 1 + (self.width * self.bits + 7) // 8

    def to_png(self) -> bytes:
        """The picture as anything shows it, on transparent ground."""
        levels = 2**self.bits
        coverage = bytes(index * 255 // (levels - 1) for index in range(levels))
        head = struct.pack(">IIBBBBB", self.width, self.height, self.bits, INDEXED, DEFLATED, FILTERED, PROGRESSIVE)
        parts = ((b"IHDR", head), (b"PLTE", bytes(self.ink) * levels), (b"tRNS", coverage), (b"IDAT", self.rows))
        return PNG + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def read_picture(png: bytes) -> Picture:
    """The picture in a PNG that `to_png` made; raises StampNotSuitable for anything else, to the last octet."""
    found = _FORM.fullmatch(png)
    if found is None:
        raise StampNotSuitable("The picture is not in the form that stamps take.")
    width, height, bits = struct.unpack(">IIB", found["head"][:9])
    red, green, blue = found["palette"][:3]
    picture = Picture(width, height, bits, (red, green, blue), found["rows"])
    sound = bits in (1, 2, 4) and width > 0 and height > 0 and width * height <= MOST_PIXELS
    if not sound or picture.to_png() != png or not _rows_are_whole(picture):
        raise StampNotSuitable("The picture is not in the form that stamps take.")
    return picture


def picture_stamp(png: bytes, width: float, height: float) -> bytes:
    """A page of `width` x `height` points that the picture fills, for `draw_stamp`. Same picture, same bytes.

    Raises StampNotSuitable for a picture that `read_picture` refuses.
    """
    picture = read_picture(png)
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(width, height))
        page.obj.MediaBox = Array([0, 0, _points(width), _points(height)])
        drawing = f"q {_points(width)} 0 0 {_points(height)} 0 0 cm /Ink Do Q"
        page.obj.Contents = document.make_stream(drawing.encode("ascii"))
        page.obj.Resources = Dictionary(XObject=Dictionary(Ink=_image(document, picture)))
        written = BytesIO()
        document.save(written, deterministic_id=True)
        return written.getvalue()


def _image(document: pikepdf.Pdf, picture: Picture) -> pikepdf.Object:
    size = {"Type": Name.XObject, "Subtype": Name.Image, "Width": picture.width, "Height": picture.height}
    predictor = Dictionary(Predictor=15, Colors=1, BitsPerComponent=picture.bits, Columns=picture.width)
    mask = document.make_stream(
        picture.rows,
        **size,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=picture.bits,
        Filter=Name.FlateDecode,
        DecodeParms=predictor,
    )
    only_ink = b"\0" * ((picture.width + 7) // 8 * picture.height)
    return document.make_stream(
        zlib.compress(only_ink, 9),
        **size,
        ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 0, pikepdf.String(bytes(picture.ink))]),
        BitsPerComponent=1,
        Filter=Name.FlateDecode,
        SMask=mask,
    )


def _rows_are_whole(picture: Picture) -> bool:
    """The stream ends where it should and gives exactly the rows, unpacked no further than that."""
    whole = picture.row_length * picture.height
    unpacking = zlib.decompressobj()
    try:
        rows = unpacking.decompress(picture.rows, whole + 1)
    except zlib.error:
        return False
    filters = rows[:: picture.row_length]
    return len(rows) == whole and unpacking.eof and not unpacking.unused_data and max(filters) <= 4


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _points(value: float) -> float:
    return round(value, 3)
