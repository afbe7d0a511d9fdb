"""Pages of a stored PDF or picture as images, drawn by a confined child of its own (config/fortress.py).

Nothing of a file is ever handed to a browser as it is: a new image is drawn of what it shows. The child hands back
pixels and nothing else; it is here that an image is made of them.
"""

from __future__ import annotations

import io
import threading
from typing import Any

from PIL import Image

from config.confinement import Limits
from config.fortress import Fortress, FortressUnavailable
from licensing.documents.errors import FileUnreadable, InspectionUnavailable
from licensing.documents.page_pixels import COLOURS, LONGEST, SIZE, WIDTH, question

QUALITY = 85
SECONDS = 20  # of processor time and on the wall
MEMORY = 1_000_000_000  # bytes of address space; a picture of 50 million pixels needs about 200 MB
HEADERS = {
    "Content-Type": "image/webp",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=600",  # the bytes behind the address never change
}
LARGEST_ANSWER = WIDTH * LONGEST * COLOURS + SIZE.size
fortress = Fortress("licensing.documents.page_drawing", Limits(MEMORY, SECONDS), LARGEST_ANSWER)
_two_at_once = threading.BoundedSemaphore(2)  # of one server process; others wait


def page_image(content: bytes, page: int) -> bytes:
    """The page (from 1) as WebP; raises FileUnreadable for a page that is not there or cannot be drawn."""
    if not _two_at_once.acquire(timeout=SECONDS):
        raise InspectionUnavailable("The file cannot be looked into just now; try again later.")
    try:
        said = fortress.ask(question(page, content))
    except FortressUnavailable as error:
        raise InspectionUnavailable("The file cannot be looked into just now; try again later.") from error
    finally:
        _two_at_once.release()
    if said is None:
        raise FileUnreadable("This page cannot be shown; download the file instead.")
    return _webp(said)


def _webp(said: bytes) -> bytes:
    """An image of what a child said, which may be anything."""
    width, height = SIZE.unpack_from(said) if len(said) >= SIZE.size else (0, 0)
    pixels = said[SIZE.size :]
    fits = 0 < width <= WIDTH and 0 < height <= LONGEST and len(pixels) == width * height * COLOURS
    if not fits:
        raise FileUnreadable("This page cannot be shown; download the file instead.")
    written = io.BytesIO()
    picture: Any = Image.frombytes("RGB", (width, height), pixels)
    picture.save(written, "WEBP", quality=QUALITY, method=3)
    return written.getvalue()
