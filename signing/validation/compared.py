"""Two states of one document, drawn page by page and compared as pictures. Runs in a confined child alone.

The two are drawn by the same program with the same fonts, so a difference is one of the document.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from signing.validation.pictured import LONGEST, MOST_PAGES, MOST_PICTURED, SOFT_SECONDS, WIDTH, Pictured, Size, Told

VISIBLE = 32  # of 255: less difference in a colour than that is not seen
FEWEST = 4  # pixels: fewer are not worth a word; a comma has more
APART = 14  # pixels of rows without a difference between two outlines
MOST_OUTLINES = 12  # of a page; where there are more, one goes around all
MARGIN, STROKE, OUTLINE = 5, 3, (196, 32, 32)
BLACK_AND_WHITE = [255 if level > VISIBLE else 0 for level in range(256)]

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Side:
    """A document that can be drawn; None where it cannot be read at all."""

    document: pypdfium2.PdfDocument | None

    @classmethod
    def of(cls, pdf: bytes) -> Side:
        try:
            document = pypdfium2.PdfDocument(pdf)
            document.init_forms()  # else what stands in fields is left out, stamps of signatures too
        except pypdfium2.PdfiumError:
            return cls(None)
        return cls(document)

    @property
    def pages(self) -> int:
        return 0 if self.document is None else len(self.document)

    def drawn(self, number: int) -> Image.Image | None:
        """The page (from 1); None for one that is not there, or that cannot be drawn."""
        if self.document is None or number > self.pages:
            return None
        try:
            page = self.document[number - 1]
            scale = min(WIDTH / page.get_width(), LONGEST / page.get_height())
            found: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
        except (pypdfium2.PdfiumError, ZeroDivisionError, ValueError):
            return None
        return found.crop((0, 0, min(found.width, WIDTH), min(found.height, LONGEST)))


def compared(before: bytes, now: bytes) -> tuple[Told, bytes]:
    """What differs, and the pixels (RGB) of the pictures in the order in which they are told of."""
    old, new, until = Side.of(before), Side.of(now), time.monotonic() + SOFT_SECONDS
    differing: list[int] = []
    pictured: list[Pictured] = []
    pixels = io.BytesIO()
    looked = 0
    for number in range(1, min(max(old.pages, new.pages), MOST_PAGES) + 1):
        if time.monotonic() > until:
            break
        looked = number
        pair = old.drawn(number), new.drawn(number)
        boxes = list(_outlines(*pair))
        if not boxes:
            continue
        differing.append(number)
        if len(pictured) < MOST_PICTURED:
            pictured.append(_pictured(number, pair, boxes, pixels))
    return Told(old.pages, new.pages, looked, tuple(differing), tuple(pictured)), pixels.getvalue()


def _pictured(
    number: int, pair: tuple[Image.Image | None, Image.Image | None], boxes: list[Box], pixels: io.BytesIO
) -> Pictured:
    sizes: list[Size | None] = []
    for picture in pair:
        sizes.append(None if picture is None else Size(picture.width, picture.height))
        if picture is not None:
            outlined(picture, boxes)
            pixels.write(picture.tobytes())
    return Pictured(number, sizes[0], sizes[1])


def _outlines(old: Image.Image | None, new: Image.Image | None) -> Iterator[Box]:
    """Where two pictures of a page differ; all of it where there is one only, nothing where there is none."""
    if old is None or new is None or old.size != new.size:
        yield from ((0, 0, one.width, one.height) for one in (new or old,) if one is not None)
        return
    red, green, blue = ImageChops.difference(old, new).split()
    mask = ImageChops.lighter(ImageChops.lighter(red, green), blue).point(BLACK_AND_WHITE)
    if mask.histogram()[255] < FEWEST:
        return
    found = list(_bands(mask))
    whole = mask.getbbox()
    yield from found if len(found) <= MOST_OUTLINES or whole is None else [whole]


def _bands(mask: Image.Image) -> Iterator[Box]:
    """One box for all differences that no gap in the rows keeps apart."""
    content, width = mask.tobytes(), mask.width
    rows = [at for at in range(mask.height) if content[at * width : (at + 1) * width].strip(b"\0")]
    start = 0
    for place, row in enumerate(rows):
        if place + 1 == len(rows) or rows[place + 1] - row > APART:
            top = rows[start]
            start = place + 1
            box = mask.crop((0, top, width, row + 1)).getbbox()
            if box is not None:
                yield box[0], top, box[2], row + 1


def outlined(picture: Image.Image, boxes: list[Box]) -> None:
    """A red frame around each box, outside of what differs as far as the page goes."""
    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        corner = max(0, left - MARGIN - STROKE), max(0, top - MARGIN - STROKE)
        opposite = min(picture.width, right + MARGIN + STROKE) - 1, min(picture.height, bottom + MARGIN + STROKE) - 1
        if opposite[0] > corner[0] and opposite[1] > corner[1]:  # it may lie outside of the smaller of two pages
            draw.rectangle((*corner, *opposite), outline=OUTLINE, width=STROKE)
