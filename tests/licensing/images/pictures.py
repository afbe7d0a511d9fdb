"""Pictures as people send them, drawn by Pillow and put together by hand.

from tests.licensing.images.pictures import a_signature, a_seal, part, parts_of
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from PIL import Image, ImageDraw

PNG = b"\x89PNG\r\n\x1a\n"
BLUE, RED, BLACK = (20, 50, 170, 255), (210, 20, 30, 255), (0, 0, 0, 255)
SCRIPT = b"<script>alert(1)</script>"
Part = tuple[bytes, bytes]


def a_signature(ink: tuple[int, int, int, int] = BLUE, size: tuple[int, int] = (600, 240), **options: Any) -> bytes:
    """Some strokes on transparent ground, with an empty margin around."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    width, height = size
    points = [(width * x // 10, height * y // 10) for x, y in ((1, 8), (3, 2), (4, 8), (6, 3), (7, 8), (9, 4))]
    ImageDraw.Draw(picture).line(points, fill=ink, width=max(2, height // 40), joint="curve")
    return saved(picture, **options)


def a_seal(ink: tuple[int, int, int, int] = RED, size: int = 500, **options: Any) -> bytes:
    """Two rings on transparent ground, to the very edge."""
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((0, 0, size - 1, size - 1), outline=ink, width=size // 40)
    draw.ellipse((size // 4, size // 4, size * 3 // 4, size * 3 // 4), outline=ink, width=size // 80)
    return saved(picture, **options)


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def part(kind: bytes, data: bytes = b"") -> bytes:
    """One part (chunk) of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def parts_of(png: bytes) -> list[Part]:
    """Kinds and data of all parts."""
    found, at = [], len(PNG)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        found.append((kind, png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def joined(parts: Iterable[Part]) -> bytes:
    return PNG + b"".join(part(kind, data) for kind, data in parts)


def with_part(png: bytes, kind: bytes, data: bytes) -> bytes:
    """The picture with one more part behind its head."""
    head, *rest = parts_of(png)
    return joined([head, (kind, data), *rest])


def a_head(width: int, height: int, depth: int = 8, colour: int = 6) -> Part:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def a_bomb(width: int = 4_000, height: int = 1_500, unpacked: int = 400_000_000) -> bytes:
    """A head that may pass, and pixels that unpack to far more."""
    packing = zlib.compressobj(9)
    packed = b"".join(packing.compress(bytes(1_000_000)) for _ in range(unpacked // 1_000_000)) + packing.flush()
    return joined([a_head(width, height), (b"IDAT", packed), (b"IEND", b"")])
