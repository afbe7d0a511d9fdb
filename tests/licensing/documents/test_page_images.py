"""Pages as images: drawn anew in a process of its own, and never more than asked for."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from config.confinement import Limits
from config.fortress import Fortress
from licensing.documents import page_images
from licensing.documents.errors import FileUnreadable, InspectionUnavailable
from licensing.documents.page_images import HEADERS, page_image
from licensing.documents.page_pixels import LONGEST, SIZE, WIDTH
from tests.licensing.factories import a_pdf
from tests.signing.pades.build import issued


def a_picture(kind: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, "red").save(written, kind)
    return written.getvalue()


def drawn(image: bytes) -> Image.Image:
    return Image.open(io.BytesIO(image), formats=["WEBP"]).convert("RGB")


def size_of(image: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(image), formats=["WEBP"]) as found:
        return found.size


def test_a_page_of_a_pdf_is_as_wide_as_a_screen() -> None:
    assert size_of(page_image(a_pdf(2), 2))[0] == WIDTH


def test_the_stamps_of_signatures_are_drawn() -> None:
    before, after = (drawn(page_image(content, 1)) for content in (issued().fields, issued().sealed))
    assert ImageChops.difference(before, after).getbbox() is not None


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK")]
)
def test_pictures_are_drawn_anew_and_large_ones_smaller(kind: str, mode: str) -> None:
    assert size_of(page_image(a_picture(kind, (2000, 1000), mode), 1)) == (WIDTH, 620)
    assert size_of(page_image(a_picture(kind, (10, 20), mode), 1)) == (10, 20)


def test_a_very_long_picture_is_no_longer_than_it_may_be() -> None:
    assert size_of(page_image(a_picture("PNG", (10, 9000)), 1))[1] <= LONGEST


@pytest.mark.parametrize("page", [-(10**12), -1, 0, 3, 10**12])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    with pytest.raises(FileUnreadable):
        page_image(a_pdf(2), page)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n", b"<svg onload='alert(1)'/>"])
def test_what_cannot_be_drawn_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        page_image(content, 1)


LOADED_LATER = """
import sys
from licensing.documents import page_drawing
loaded = []
page_drawing.serve = lambda draw, arguments: loaded.extend(sys.modules) or 0
page_drawing.main([])
for name in sys.argv[1:]:
    content = open(name, "rb").read()
    page_drawing.draw(page_drawing.question(1, content))
print(*sorted(set(sys.modules) - set(loaded)))
"""


def test_no_file_makes_the_program_that_draws_load_anything(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112], turned[0x010F] = 6, "A camera"
    pictures = []
    for kind, mode in (("PNG", "RGB"), ("PNG", "LA"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "RGB"), ("JPEG", "L")):
        written = io.BytesIO()
        Image.new(mode, (30, 20)).save(written, kind, exif=turned, dpi=(300, 300))
        pictures.append(written.getvalue())
    names = []
    for number, content in enumerate([issued().preserved, a_pdf(1), *pictures]):
        (tmp_path / str(number)).write_bytes(content)
        names.append(str(tmp_path / str(number)))
        assert size_of(page_image(content, 1))[0] > 0
    command = [sys.executable, "-c", LOADED_LATER, *names]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout.decode().split() == []


class Lying:
    """A child that says what it likes."""

    def __init__(self, said: bytes | None) -> None:
        self._said = said

    def ask(self, question: bytes) -> bytes | None:
        return self._said


@pytest.mark.parametrize(
    "said",
    [
        None,
        b"",
        b"RIFF....WEBP",
        SIZE.pack(2, 2) + bytes(11),
        SIZE.pack(2, 2) + bytes(13),
        SIZE.pack(0, 5),
        SIZE.pack(WIDTH + 1, 1) + bytes(3 * WIDTH + 3),
    ],
)
def test_what_is_no_picture_is_not_handed_on(monkeypatch: pytest.MonkeyPatch, said: bytes | None) -> None:
    monkeypatch.setattr(page_images, "fortress", Lying(said))
    with pytest.raises(FileUnreadable):
        page_image(a_pdf(1), 1)
    monkeypatch.setattr(page_images, "fortress", Lying(SIZE.pack(2, 2) + bytes(12)))
    assert size_of(page_image(a_pdf(1), 1)) == (2, 2)


def test_where_no_child_can_be_confined_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_images, "fortress", Fortress("tests.config.unconfined", Limits(512 * 1024**2, 2)))
    with pytest.raises(InspectionUnavailable):
        page_image(a_pdf(1), 1)


def test_browsers_take_it_for_an_image_and_nothing_else() -> None:
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in HEADERS["Content-Security-Policy"]
