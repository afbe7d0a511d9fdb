"""The program that draws pages of files that people handed in: a zygote whose children draw one page each and end.

python -m licensing.documents.page_drawing BYTES SECONDS
"""

from __future__ import annotations

import io
import sys
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from config.zygote import serve
from licensing.documents.page_pixels import LONGEST, SIZE, WIDTH, question, question_taken_apart

MOST_PIXELS = 50_000_000  # of a picture
ORIENTATION, UPSIDE_DOWN = 0x0112, 3  # EXIF


def draw(message: bytes) -> bytes:
    """The page that `message` asks for, as size and pixels."""
    page, content = question_taken_apart(message)
    picture = _page_of_pdf(content, page) if content.startswith(b"%PDF-") else _picture(content, page)
    scale = min(WIDTH / picture.width, LONGEST / picture.height, 1)
    if scale < 1:
        picture = picture.resize((max(1, int(picture.width * scale)), max(1, int(picture.height * scale))))
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return SIZE.pack(flat.width, flat.height) + flat.tobytes()


def _page_of_pdf(content: bytes, page: int) -> Any:
    found = pypdfium2.PdfDocument(content)
    found.init_forms()  # else what stands in fields is left out: answers of a form, stamps of signatures
    if not 1 <= page <= len(found):
        raise IndexError("There is no such page.")
    shown = found[page - 1]
    scale = min(WIDTH / shown.get_width(), LONGEST / shown.get_height())
    return shown.render(scale=scale, may_draw_forms=True).to_pil()


def _picture(content: bytes, page: int) -> Any:
    if page != 1:
        raise IndexError("A picture has one page.")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
        picture.draft("RGB", (WIDTH, LONGEST))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((WIDTH, LONGEST))
        return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")


def samples() -> list[bytes]:
    """A file of each kind. What libraries load when it is first needed is loaded by drawing them; a child cannot."""
    document, written = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(200, 200)
    document.save(written)
    found = [written.getvalue()]
    turned = Image.Exif()
    turned[ORIENTATION] = UPSIDE_DOWN
    for kind, mode in (("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK")):
        written = io.BytesIO()
        Image.new(mode, (20, 20)).save(written, kind, exif=turned)
        found.append(written.getvalue())
    return found


def main(arguments: list[str]) -> int:
    """Draw a sample of each kind, and serve."""
    for sample in samples():
        draw(question(1, sample))
    return serve(lambda message, ask: draw(message), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
