"""A picture is drawn anew in the law's ink, cut to what is drawn, small; what has a background or no ink is refused."""

from __future__ import annotations

import base64
import io
import zlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from config.errors import RuleBroken
from licensing.images import errors
from licensing.images.chunks import plain_png
from licensing.images.draw import SMALL_ENOUGH, answer_to, draw_anew
from licensing.images.errors import (
    PictureColourWrong,
    PictureDamaged,
    PictureEmpty,
    PictureNotTransparent,
    PictureSizeWrong,
)
from licensing.images.rules import Kind, law_of
from signing.pades.picture import read_picture
from tests.licensing.images.pictures import (
    BLACK,
    BLUE,
    RED,
    SCRIPT,
    a_seal,
    a_signature,
    joined,
    parts_of,
    saved,
    with_part,
)

FIFTY, SEAL = Decimal(50), Decimal(36)


def inks(png: bytes) -> set[tuple[int, ...]]:
    with Image.open(io.BytesIO(png)) as picture:
        return {tuple(pixel[:3]) for pixel in picture.convert("RGBA").get_flattened_data()}  # type: ignore[index]


@pytest.mark.parametrize("ink", [BLUE, BLACK, RED])
def test_a_signature_in_any_colour_becomes_blue(ink: tuple[int, int, int, int]) -> None:
    drawn = draw_anew(a_signature(ink), Kind.SIGNATURE, FIFTY)
    assert inks(drawn.png) == {law_of(Kind.SIGNATURE).ink}


def test_the_empty_margin_is_cut_off_and_the_height_follows_the_width() -> None:
    drawn = draw_anew(a_signature(size=(600, 240)), Kind.SIGNATURE, FIFTY)
    picture = read_picture(drawn.png)
    assert picture.width < 600 and picture.height < 240
    with Image.open(io.BytesIO(drawn.png)) as shown:
        box = shown.convert("RGBA").getchannel("A").getbbox()
    assert box is not None and box[:2] == (0, 0) and box[2:] == (picture.width, picture.height)
    assert abs(float(drawn.height_mm) - 50 * picture.height / picture.width) < 0.4


def test_a_seal_stays_red_in_its_real_size() -> None:
    drawn = draw_anew(a_seal(), Kind.SEAL, SEAL)
    assert inks(drawn.png) == {law_of(Kind.SEAL).ink}
    assert drawn.height_mm == SEAL


def test_nothing_of_the_file_is_kept_but_the_picture() -> None:
    sent = with_part(a_signature(), b"tEXt", b"Comment\0" + SCRIPT)
    drawn = draw_anew(sent, Kind.SIGNATURE, FIFTY)
    assert SCRIPT not in drawn.png
    assert [kind for kind, _ in parts_of(drawn.png)] == [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"]
    assert drawn == draw_anew(a_signature(), Kind.SIGNATURE, FIFTY)


def test_a_large_and_busy_picture_is_drawn_coarser_until_it_is_small_enough() -> None:
    busy = Image.effect_noise((900, 900), 90).convert("L").point([255 if value > 150 else 0 for value in range(256)])
    picture = Image.new("RGBA", busy.size, RED)
    picture.putalpha(busy)
    drawn = draw_anew(saved(picture), Kind.SEAL, SEAL)
    assert len(drawn.png) <= SMALL_ENOUGH


def test_pictures_of_many_modes_are_taken() -> None:
    ink = Image.open(io.BytesIO(a_signature()))
    grey = ink.convert("LA")
    assert inks(draw_anew(saved(grey), Kind.SIGNATURE, FIFTY).png) == {law_of(Kind.SIGNATURE).ink}
    indexed = ink.quantize(8)
    assert draw_anew(saved(indexed), Kind.SIGNATURE, FIFTY).png


def on_white(picture: bytes, alpha: int = 255) -> bytes:
    drawn = Image.open(io.BytesIO(picture))
    ground = Image.new("RGBA", drawn.size, (255, 255, 255, alpha))
    ground.alpha_composite(drawn)
    return saved(ground)


def a_filled_square() -> bytes:
    picture = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((5, 5, 294, 294), fill=BLUE)
    return saved(picture)


def a_line(width: int, height: int) -> bytes:
    picture = Image.new("RGBA", (width + 200, height + 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((100, 100, 99 + width, 99 + height), fill=BLUE)
    return saved(picture)


@pytest.mark.parametrize(
    ("content", "kind", "refusal"),
    [
        (on_white(a_signature()), Kind.SIGNATURE, PictureNotTransparent),
        (on_white(a_signature(), alpha=60), Kind.SIGNATURE, PictureNotTransparent),
        (a_filled_square(), Kind.SIGNATURE, PictureNotTransparent),
        (saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0))), Kind.SIGNATURE, PictureEmpty),
        (a_signature((255, 255, 255, 255)), Kind.SIGNATURE, PictureEmpty),
        (a_signature((0, 0, 255, 20)), Kind.SIGNATURE, PictureEmpty),
        (a_line(3_000, 1), Kind.SIGNATURE, PictureSizeWrong),
        (a_line(1, 3_000), Kind.SIGNATURE, PictureSizeWrong),
        (a_seal(BLACK), Kind.SEAL, PictureColourWrong),
        (a_seal(BLUE), Kind.SEAL, PictureColourWrong),
    ],
)
def test_what_is_no_clean_picture_is_refused(content: bytes, kind: Kind, refusal: type[RuleBroken]) -> None:
    with pytest.raises(refusal):
        draw_anew(content, kind, FIFTY)


def test_a_picture_that_only_its_decoder_finds_broken_is_refused() -> None:
    parts = parts_of(a_signature(size=(40, 20)))
    rows = bytearray(zlib.decompress(parts[1][1]))
    rows[0] = 77  # no such filter
    with pytest.raises((PictureDamaged, PictureEmpty)):
        draw_anew(joined([parts[0], (b"IDAT", zlib.compress(bytes(rows))), parts[2]]), Kind.SIGNATURE, FIFTY)


def a_patch(pixels: bytes, width: int) -> bytes:
    height = len(pixels) // 4 // width
    return saved(Image.frombytes("RGBA", (width, height), pixels[: 4 * width * height]))


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=64, max_size=1_600), st.integers(1, 16), st.sampled_from(list(Kind)), st.integers(15, 70))
def test_whatever_is_drawn_becomes_a_clean_picture_or_is_refused(
    pixels: bytes, width: int, kind: Kind, millimetres: int
) -> None:
    """As the child does it, in this process."""
    answer = answer_to(plain_png(a_patch(pixels, width)), kind, Decimal(millimetres))
    if "refused" in answer:
        assert issubclass(getattr(errors, answer["refused"]), RuleBroken)
        return
    picture = read_picture(base64.b64decode(answer["png"]))
    assert picture.ink == law_of(kind).ink
    assert 3 <= float(answer["height_mm"]) <= 100
