"""Pages of a stored PDF or picture as images, drawn by a process of its own with little memory, time and no network.

Nothing of a file is ever handed to a browser as it is: a new image is drawn of what it shows.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from licensing.documents.errors import FileUnreadable, InspectionUnavailable

WIDTH = 1240  # pixels: an A4 page at 150 dots per inch
LONGEST = 4 * WIDTH  # a page higher than this is drawn smaller
QUALITY = 85
SECONDS = 30
ROOT = Path(__file__).parents[2]
HEADERS = {
    "Content-Type": "image/webp",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=600",  # the bytes behind the address never change
}
_two_at_once = threading.BoundedSemaphore(2)  # of one server process; others wait


def page_image(content: bytes, page: int) -> bytes:
    """The page (from 1) as WebP; raises FileUnreadable for a page that is not there or cannot be drawn."""
    if not _two_at_once.acquire(timeout=SECONDS):
        raise InspectionUnavailable("The file cannot be looked into just now; try again later.")
    try:
        child = subprocess.run(
            [sys.executable, "-m", "licensing.documents.page_images", str(page)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileUnreadable("The file could not be read in reasonable time; save it again.") from None
    except OSError as error:
        raise InspectionUnavailable("The file cannot be looked into just now; try again later.") from error
    finally:
        _two_at_once.release()
    if child.returncode != 0 or not child.stdout:
        raise FileUnreadable("This page cannot be shown; download the file instead.")
    return child.stdout


def draw(content: bytes, page: int) -> bytes:
    """What the child writes."""
    from PIL import Image

    picture = _page_of_pdf(content, page) if content.startswith(b"%PDF-") else _picture(content, page)
    scale = min(WIDTH / picture.width, LONGEST / picture.height, 1)
    if scale < 1:
        picture = picture.resize((max(1, int(picture.width * scale)), max(1, int(picture.height * scale))))
    written = io.BytesIO()
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    flat.save(written, "WEBP", quality=QUALITY, method=3)
    return written.getvalue()


def _page_of_pdf(content: bytes, page: int) -> Any:  # an image; PIL is imported by the child alone
    import pypdfium2

    found = pypdfium2.PdfDocument(content)
    found.init_forms()  # else what stands in fields is left out: answers of a form, stamps of signatures
    shown = found[page - 1]
    scale = min(WIDTH / shown.get_width(), LONGEST / shown.get_height())
    return shown.render(scale=scale, may_draw_forms=True).to_pil()


def _picture(content: bytes, page: int) -> Any:
    from PIL import Image, ImageOps

    if page != 1:
        raise IndexError("A picture has one page.")
    Image.MAX_IMAGE_PIXELS = 50_000_000
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
        picture.draft("RGB", (WIDTH, LONGEST))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((WIDTH, LONGEST))
        return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")


if __name__ == "__main__":
    from licensing.documents.inspection import confine

    confine()
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), int(sys.argv[1])))
