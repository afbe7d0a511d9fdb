"""A PNG taken apart before anything decodes it, and put together again from what makes its pixels (PNG, 5 and 11).

Whatever else it carries (texts, profiles, scripts in either, thumbnails) is left behind; what hides behind its end, or
moves, is refused. Sizes are told from the head, and the pixels counted, with memory for neither.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from config.sentences import later, say
from licensing.images.errors import (
    PictureDamaged,
    PictureMoves,
    PictureNotPng,
    PictureNotTransparent,
    PictureTooLarge,
)

PNG = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 2_000_000
LONGEST_SIDE = 4_000  # pixels: 17 cm at 600 dots per inch
MOST_PIXELS = 6_000_000
PIXEL_PARTS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
MOVING = (b"acTL", b"fcTL", b"fdAT")
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
WITH_ALPHA = (4, 6)
# First column and row, and steps, of the seven passes of an interlaced picture (PNG, 8.2).
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
STEP = 65_536  # bytes unpacked at a time
NO_PNG = later("The file is no PNG. Save the picture as PNG with a transparent background.")
DAMAGED = later("The picture is damaged or cut; save it again.")
BEHIND = later("Something else stands behind the end of the picture; save it again as a plain PNG.")


@dataclass(frozen=True)
class Head:
    """Size in pixels, bits of a sample, colour type, whether interlaced."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: int


def plain_png(content: bytes) -> bytes:
    """The picture with nothing but its pixels, still undecoded.

    Raises PictureNotPng, PictureTooLarge, PictureMoves, PictureNotTransparent or PictureDamaged.
    """
    if not content.startswith(PNG):
        raise PictureNotPng(NO_PNG)
    if len(content) > MOST_BYTES:
        raise PictureTooLarge(say("The file has more than {most} MB.", most=MOST_BYTES // 1_000_000))
    parts = _parts(content)
    head = _head(parts)
    kinds = [kind for kind, _ in parts]
    if head.colour not in WITH_ALPHA and b"tRNS" not in kinds:
        raise PictureNotTransparent(later("The picture has no transparency. Remove its background and save it as PNG."))
    _count_pixels(head, b"".join(data for kind, data in parts if kind == b"IDAT"))
    return PNG + b"".join(_whole(kind, data) for kind, data in parts)


def _parts(content: bytes) -> list[tuple[bytes, bytes]]:
    """The parts that make the pixels, in order; all others are dropped, each once it was read."""
    found: list[tuple[bytes, bytes]] = []
    at = len(PNG)
    while at < len(content):
        kind, data, at = _part_at(content, at)
        if kind in PIXEL_PARTS:
            found.append((kind, data))
        elif not kind[0] & 0x20:  # a critical part that we do not know changes the meaning of the pixels
            raise PictureDamaged(DAMAGED)
        if kind == b"IEND":
            break
    if at != len(content):
        raise PictureNotPng(BEHIND)
    _check_order([kind for kind, _ in found])
    return found


def _part_at(content: bytes, at: int) -> tuple[bytes, bytes, int]:
    """Kind, data and the end of the part that begins at `at`."""
    length, kind = struct.unpack(">I4s", content[at : at + 8].ljust(8, b"\xff"))
    end = at + 12 + length
    if end > len(content) or not kind.isalpha():
        raise PictureDamaged(DAMAGED)
    if kind in MOVING:
        raise PictureMoves(later("The picture is an animation; save it as a plain PNG."))
    data = content[at + 8 : end - 4]
    if zlib.crc32(kind + data) != int.from_bytes(content[end - 4 : end]):
        raise PictureDamaged(DAMAGED)
    return kind, data, end


def _check_order(kinds: list[bytes]) -> None:
    """Head, palette and transparency at most once, pixels in one run, end (PNG, 5.6)."""
    pixels = kinds.count(b"IDAT")
    wanted = [kind for kind in (b"IHDR", b"PLTE", b"tRNS") if kind in kinds] + [b"IDAT"] * pixels + [b"IEND"]
    if kinds != wanted or kinds[0] != b"IHDR" or not pixels:
        raise PictureDamaged(DAMAGED)


def _head(parts: list[tuple[bytes, bytes]]) -> Head:
    if len(parts[0][1]) != 13:
        raise PictureDamaged(DAMAGED)
    width, height, depth, colour, packed, filtered, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth not in DEPTHS.get(colour, ()) or packed or filtered or interlaced > 1 or not width or not height:
        raise PictureDamaged(DAMAGED)
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise PictureTooLarge(
            say(
                "The picture has {width} × {height} pixels; at most {longest} on each side are taken.",
                width=width,
                height=height,
                longest=LONGEST_SIDE,
            )
        )
    return Head(width, height, depth, colour, interlaced)


def _count_pixels(head: Head, packed: bytes) -> None:
    """The packed rows unpack to exactly the picture, piece by piece: what would be more bursts nowhere."""
    wanted, got = _unpacked_length(head), 0
    unpacking = zlib.decompressobj()
    try:
        while packed and not unpacking.eof and got <= wanted:
            got += len(unpacking.decompress(packed, STEP))
            packed = unpacking.unconsumed_tail
        while not unpacking.eof and got <= wanted and (piece := unpacking.decompress(b"", STEP)):
            got += len(piece)
    except zlib.error:
        raise PictureDamaged(DAMAGED) from None
    if got != wanted or not unpacking.eof or unpacking.unused_data:
        raise PictureDamaged(DAMAGED)


def _unpacked_length(head: Head) -> int:
    """Octets of all rows, each with its filter's."""
    if not head.interlaced:
        return _rows_length(head, head.width, head.height)
    total = 0
    for left, top, across, down in PASSES:
        width, height = -(-(head.width - left) // across), -(-(head.height - top) // down)
        total += _rows_length(head, width, height)
    return total


def _rows_length(head: Head, width: int, height: int) -> int:
    if width <= 0 or height <= 0:
        return 0
    return (1 + -(-width * head.depth * CHANNELS[head.colour] // 8)) * height


def _whole(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
