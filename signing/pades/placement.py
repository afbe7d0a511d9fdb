"""Where pictures of signature and seal stand on the page (Decree 30/2020/NĐ-CP, annex I, part I, II.8 and II.9).

The signature's is in the middle between title and name; the seal's, in real size, covers the signature's left third.
"""

from __future__ import annotations

from dataclasses import dataclass

from signing.pades.fields import Box

POINTS = 72 / 25.4  # of a millimetre


@dataclass(frozen=True)
class Size:
    """Width and height in millimetres."""

    width: float
    height: float


def signature_place(room: Box, size: Size) -> Box:
    """In the middle of the place that the layout keeps; in real size, or smaller where the place is."""
    scale = min(1.0, room.width / (size.width * POINTS), room.height / (size.height * POINTS))
    return _around(
        (room.left + room.right) / 2, (room.bottom + room.top) / 2, size.width * scale, size.height * scale, room.page
    )


def seal_place(signature: Box, size: Size) -> Box:
    """In real size, its right edge where the left third of the signature ends, at the signature's height.

    One that would stand over the left or lower edge of the page is moved in: real size counts more.
    """
    right = signature.left + signature.width / 3
    half, tall = size.width * POINTS / 2, size.height * POINTS / 2
    across, high = max(right - half, half), max((signature.bottom + signature.top) / 2, tall)
    return _around(across, high, size.width, size.height, signature.page)


def _around(across: float, high: float, width: float, height: float, page: int) -> Box:
    """A rectangle of `width` x `height` millimetres around a point, to a hundredth of a point."""
    half, tall = width * POINTS / 2, height * POINTS / 2
    edges = (across - half, high - tall, across + half, high + tall)
    left, bottom, right, top = (round(edge, 2) for edge in edges)
    return Box(left, bottom, right, top, page)
