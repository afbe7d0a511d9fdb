"""How pages drawn by a confined child come back: what it tells, and then pixels and nothing else.

Pixels cannot do harm: whatever the child has become, they are a picture. It is this side that makes a file of them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from config.plain import Malformed, from_bytes, to_bytes

WIDTH = 840  # pixels: an A4 page at 100 dots per inch
LONGEST = 2 * WIDTH  # a page higher than this is drawn smaller
MOST_PAGES = 60  # that are compared
MOST_PICTURED = 4  # pages that are shown, twice each
SOFT_SECONDS = 2.5  # after that no further page is begun
HARD_SECONDS = 5  # of processor time and on the wall
MOST_MEMORY = 512 * 1024 * 1024  # of address space
COLOURS = 3  # bytes a pixel
LARGEST_ANSWER = 2 * MOST_PICTURED * WIDTH * LONGEST * COLOURS + 100_000
LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Size:
    """Of a picture, in pixels."""

    width: int
    height: int

    @property
    def bytes(self) -> int:
        return self.width * self.height * COLOURS


@dataclass(frozen=True)
class Pictured:
    """A page (from 1) that differs; without a size there is no picture of that state."""

    page: int
    before: Size | None
    now: Size | None


@dataclass(frozen=True)
class Told:
    """How many pages there were and are, how many of them were compared, which differ, and which of these are shown."""

    pages_before: int
    pages_now: int
    compared: int
    differing: tuple[int, ...]
    pictured: tuple[Pictured, ...]


def question(until: int, pdf: bytes) -> bytes:
    """Compare the first `until` bytes, which are a document of their own, with the whole."""
    return LENGTH.pack(until) + pdf


def question_taken_apart(message: bytes) -> tuple[bytes, bytes]:
    """The two states in a message made by `question`."""
    (until,) = LENGTH.unpack_from(message)
    pdf = message[LENGTH.size :]
    return pdf[:until], pdf


def answer(told: Told, pixels: bytes) -> bytes:
    """Both as one message."""
    head = to_bytes(told)
    return LENGTH.pack(len(head)) + head + pixels


def answer_taken_apart(message: bytes) -> tuple[Told, list[bytes | None]]:
    """What was told and the pixels of each picture, two for each page that is shown; raises Malformed."""
    if len(message) < LENGTH.size:
        raise Malformed("too short")
    (length,) = LENGTH.unpack_from(message)
    start = LENGTH.size + length
    told = from_bytes(Told, message[LENGTH.size : start])
    _check(told)
    sizes = [size for one in told.pictured for size in (one.before, one.now)]
    pixels = message[start:]
    if len(pixels) != sum(size.bytes for size in sizes if size is not None):
        raise Malformed("more or fewer pixels than told")
    found: list[bytes | None] = []
    for size in sizes:
        count = 0 if size is None else size.bytes
        found.append(pixels[:count] if size is not None else None)
        pixels = pixels[count:]
    return told, found


def _check(told: Told) -> None:
    """Whether a drawing could have said this."""
    pages = max(told.pages_before, told.pages_now)
    if not 0 <= told.compared <= min(pages, MOST_PAGES) or min(told.pages_before, told.pages_now) < 0:
        raise Malformed("page numbers that make no sense")
    if list(told.differing) != sorted(set(told.differing) & set(range(1, told.compared + 1))):
        raise Malformed("pages that were not compared")
    if tuple(one.page for one in told.pictured) != told.differing[:MOST_PICTURED]:
        raise Malformed("pictures of other pages")
    for one in told.pictured:
        for size in (one.before, one.now):
            if size is not None and not (0 < size.width <= WIDTH and 0 < size.height <= LONGEST):
                raise Malformed("a picture of a size that is not made")
