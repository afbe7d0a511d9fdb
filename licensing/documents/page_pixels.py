"""What is asked of the program that draws pages, and how it answers: a size, and then pixels of three bytes."""

from __future__ import annotations

import struct

WIDTH = 1240  # pixels: an A4 page at 150 dots per inch
LONGEST = 4 * WIDTH  # a page higher than this is drawn smaller
COLOURS = 3  # bytes a pixel
PAGE, SIZE = struct.Struct(">i"), struct.Struct(">II")
FURTHEST = 1_000_000  # no page beyond is asked for


def question(page: int, content: bytes) -> bytes:
    """Draw this page (from 1) of that file."""
    return PAGE.pack(max(-1, min(page, FURTHEST))) + content


def question_taken_apart(message: bytes) -> tuple[int, bytes]:
    """Page and file in a message made by `question`."""
    return PAGE.unpack_from(message)[0], message[PAGE.size :]
