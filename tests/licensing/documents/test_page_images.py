"""Pages as images: drawn anew in a process of its own, and never more than asked for."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from licensing.documents.errors import FileUnreadable
from licensing.documents.page_images import HEADERS, LONGEST, WIDTH, page_image
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


@pytest.mark.parametrize("page", [-1, 0, 3])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    with pytest.raises(FileUnreadable):
        page_image(a_pdf(2), page)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n", b"<svg onload='alert(1)'/>"])
def test_what_cannot_be_drawn_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        page_image(content, 1)


def test_browsers_take_it_for_an_image_and_nothing_else() -> None:
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in HEADERS["Content-Security-Policy"]
