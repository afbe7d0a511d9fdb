"""The text marks of an agency's signature on separate attachments and certified copies: words and place.

Both stand at the top right of page 1 and show no picture (Decree 30/2020/NĐ-CP, annex I, part I, II.9, and part II
for copies). They are typeset from `mark.typ` as the other stamps are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from config.sentences import later
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import Box

MARK = "mark.typ"
WIDTH, HEIGHT = 200.0, 36.0  # points, as a reader sees them
RIGHT, TOP = 42.58, 15.89  # from the edges: inside the margin of 15 mm, above the text that begins 20 mm below
MARK_BOX = Box(352.7, 790.0, 552.7, 826.0, page=0)  # on A4
SIZE_UNREADABLE = later("The size of the first page cannot be read; print the PDF to a new PDF.")
TOO_SMALL = later("The first page is too small for the mark of the seal.")
DEEPEST_TREE = 64
LARGEST_PAGE = 1e6  # points; a page has at most 14,400 units of up to some thousand points (ISO 32000-1, annex C)


class Copy(StrEnum):
    """The forms of a copy, as they are printed (Decree 30/2020/NĐ-CP, art. 25)."""

    WHOLE = "SAO Y"
    OF_RECEIVED = "SAO LỤC"
    EXTRACT = "TRÍCH SAO"


def attachment_mark(number: str, signed_at: str, box: Box = MARK_BOX) -> dict[str, object]:
    """What `mark.typ` is given for an attachment in a file of its own: number and symbol of the main document."""
    return _mark((number,), signed_at, box)


def copy_mark(form: Copy, agency: str, signed_at: str, box: Box = MARK_BOX) -> dict[str, object]:
    """What `mark.typ` is given for a certified copy; `signed_at` in ISO 8601 with the local offset."""
    return _mark((form.value, agency), signed_at, box)


def _mark(lines: tuple[str, ...], signed_at: str, box: Box) -> dict[str, object]:
    return {"width": box.width, "height": box.height, "lines": list(lines), "signed_at": signed_at}


@dataclass(frozen=True)
class MarkPlace:
    """Corners on the page in its own units, and the matrix (a, b, c, d) that turns the mark upright for a reader."""

    corners: tuple[float, float, float, float]
    matrix: tuple[int, int, int, int]


def mark_place(page: Any) -> MarkPlace:
    """The top right of a page as it is shown: cut to its crop box, turned by /Rotate, in units of /UserUnit.

    `page` is the page's dictionary as either PDF library of ours reads it. Raises DocumentNotSuitable for a page that
    is too small for a mark, or says nonsense about its size.
    """
    try:
        left, bottom, right, top = _shown(page)
        unit = float(page["/UserUnit"]) if "/UserUnit" in page else 1.0
        turned = int(_inherited(page, "/Rotate") or 0)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise DocumentNotSuitable(SIZE_UNREADABLE) from error
    if turned % 90 or not 0 < unit <= LARGEST_PAGE or not all(abs(edge) <= LARGEST_PAGE for edge in _shown(page)):
        raise DocumentNotSuitable(SIZE_UNREADABLE)
    quarter = turned // 90 % 4
    across, down = (right - left, top - bottom) if quarter % 2 == 0 else (top - bottom, right - left)
    width, height, aside, below = (size / unit for size in (WIDTH, HEIGHT, RIGHT, TOP))
    if across < width + 2 * aside or down < 2 * (height + below):
        raise DocumentNotSuitable(TOO_SMALL)
    places: tuple[Callable[[], tuple[float, ...]], ...] = (
        lambda: (right - aside - width, top - below - height, right - aside, top - below),
        lambda: (left + below, top - aside - width, left + below + height, top - aside),
        lambda: (left + aside, bottom + below, left + aside + width, bottom + below + height),
        lambda: (right - below - height, bottom + aside, right - below, bottom + aside + width),
    )
    x1, y1, x2, y2 = (round(edge, 2) for edge in places[quarter]())
    return MarkPlace((x1, y1, x2, y2), ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))[quarter])


def _shown(page: Any) -> tuple[float, float, float, float]:
    """The part of a page that is shown: left, bottom, right, top."""
    media, crop = _box(page, "/MediaBox"), _box(page, "/CropBox")
    if media is None:
        raise ValueError("a page has a size")
    if crop is None:
        return media
    return max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])


def _box(page: Any, key: str) -> tuple[float, float, float, float] | None:
    found = _inherited(page, key)
    if found is None:
        return None
    a, b, c, d = (float(number) for number in found)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _inherited(page: Any, key: str) -> Any:
    """An entry of the page or of what it stands under (ISO 32000-1, 7.7.3.4)."""
    for _ in range(DEEPEST_TREE):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            return None
        page = page["/Parent"]
    return None
