"""What makes a PNG's pixels passes, nothing else of it; whatever is sent, it comes back clean or is refused."""

from __future__ import annotations

import io
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from config.errors import RuleBroken
from licensing.images.chunks import LONGEST_SIDE, MOST_BYTES, PIXEL_PARTS, plain_png
from licensing.images.errors import (
    PictureDamaged,
    PictureMoves,
    PictureNotPng,
    PictureNotTransparent,
    PictureTooLarge,
)
from tests.licensing.images.pictures import (
    PNG,
    SCRIPT,
    a_bomb,
    a_head,
    a_signature,
    joined,
    part,
    parts_of,
    saved,
    with_part,
)

PICTURE = a_signature(size=(60, 30))


def same_pixels(one: bytes, other: bytes) -> bool:
    with Image.open(io.BytesIO(one)) as first, Image.open(io.BytesIO(other)) as second:
        return first.convert("RGBA").tobytes() == second.convert("RGBA").tobytes()


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"gAMA", b"pHYs", b"zzZz"])
def test_what_is_no_pixel_is_left_behind(kind: bytes) -> None:
    plain = plain_png(with_part(PICTURE, kind, b"Comment\0" + SCRIPT))
    assert SCRIPT not in plain
    assert plain == plain_png(PICTURE)
    assert same_pixels(plain, PICTURE)


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (b"", PictureNotPng),
        (SCRIPT, PictureNotPng),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", PictureNotPng),
        (b"%PDF-1.7\n" + PICTURE, PictureNotPng),
        (saved(Image.new("RGB", (9, 9)), "JPEG"), PictureNotPng),
        (saved(Image.new("RGBA", (9, 9)), "GIF"), PictureNotPng),
        (PICTURE + b"PK\x05\x06" + bytes(18), PictureNotPng),
        (PICTURE + SCRIPT, PictureNotPng),
        (PICTURE + PICTURE, PictureNotPng),
        (PICTURE[:-1], PictureDamaged),
        (PICTURE[:-12], PictureDamaged),
        (PNG, PictureDamaged),
        (PICTURE.replace(b"IDAT", b"IDAU"), PictureDamaged),
        (with_part(PICTURE, b"Zzzz", b""), PictureDamaged),
        (with_part(PICTURE, b"acTL", bytes(8)), PictureMoves),
        (saved(Image.new("RGB", (9, 9))), PictureNotTransparent),
        (joined([a_head(20_000, 20_000), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]), PictureTooLarge),
        (joined([a_head(20_000, 1), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]), PictureTooLarge),
        (joined([a_head(LONGEST_SIDE, LONGEST_SIDE), (b"IDAT", b"x"), (b"IEND", b"")]), PictureTooLarge),
        (PNG + bytes(MOST_BYTES), PictureTooLarge),
        (joined([a_head(0, 9), (b"IDAT", b"x"), (b"IEND", b"")]), PictureDamaged),
        (joined([a_head(9, 9, depth=3), (b"IDAT", b"x"), (b"IEND", b"")]), PictureDamaged),
        (joined([a_head(9, 9), (b"IDAT", zlib.compress(bytes(333 - 1))), (b"IEND", b"")]), PictureDamaged),
        (joined([a_head(9, 9), (b"IDAT", zlib.compress(bytes(333 + 1))), (b"IEND", b"")]), PictureDamaged),
        (joined([a_head(9, 9), (b"IDAT", zlib.compress(bytes(333)) + SCRIPT), (b"IEND", b"")]), PictureDamaged),
        (joined([(b"IHDR", b"short"), *parts_of(PICTURE)[1:]]), PictureDamaged),
        (joined([*parts_of(PICTURE)[:1], *parts_of(PICTURE)]), PictureDamaged),
        (joined([parts_of(PICTURE)[0], (b"IEND", b"")]), PictureDamaged),
    ],
)
def test_bad_pictures_are_refused_with_their_reason(what: bytes, refusal: type[RuleBroken]) -> None:
    with pytest.raises(refusal):
        plain_png(what)


def test_a_moving_png_is_refused() -> None:
    frames = [Image.new("RGBA", (9, 9), (0, 0, level, level)) for level in (0, 100, 200)]
    moving = saved(frames[0], save_all=True, append_images=frames[1:])
    assert b"acTL" in moving
    with pytest.raises(PictureMoves):
        plain_png(moving)


def test_a_bomb_bursts_nowhere() -> None:
    bomb = a_bomb()
    assert len(bomb) < MOST_BYTES
    tracemalloc.start()
    with pytest.raises(PictureDamaged):
        plain_png(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (64, 33)])
def test_every_kind_of_transparent_png_passes_with_its_pixels(mode: str, size: tuple[int, int]) -> None:
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    picture.putpixel((0, 0), (10, 20, 200, 180))
    changed = picture.quantize(16) if mode == "P" else picture.convert(mode)
    sent = saved(changed, transparency=0) if mode == "P" else saved(changed)
    assert same_pixels(plain_png(sent), sent)


def test_interlaced_pictures_are_counted_pass_by_pass() -> None:
    """Eight rows and columns in seven passes (PNG, 8.2), each row with its filter's octet."""
    rows = sum((1 + 4 * width) * height for width, height in ((1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)))
    head = (b"IHDR", a_head(8, 8)[1][:-1] + b"\x01")
    sent = joined([head, (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b"")])
    assert same_pixels(plain_png(sent), sent)
    with pytest.raises(PictureDamaged):
        plain_png(joined([head, (b"IDAT", zlib.compress(bytes(rows - 1))), (b"IEND", b"")]))


def only_pixels_or_refused(content: bytes) -> None:
    try:
        plain = plain_png(content)
    except RuleBroken as refusal:
        assert refusal.detail
        return
    kinds = [kind for kind, _ in parts_of(plain)]
    assert set(kinds) <= set(PIXEL_PARTS)
    assert kinds[0] == b"IHDR" and kinds[-1] == b"IEND"
    assert plain_png(plain) == plain


@given(st.binary(max_size=200), st.booleans())
def test_no_octets_do_anything_else(content: bytes, signed: bool) -> None:
    only_pixels_or_refused(PNG + content if signed else content)


@settings(max_examples=300)
@given(st.data())
def test_no_change_of_a_picture_does_anything_else(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PICTURE) - 1))
    cut = data.draw(st.integers(0, 8))
    put = data.draw(st.binary(max_size=12))
    only_pixels_or_refused(PICTURE[:at] + put + PICTURE[at + cut :])


KINDS = st.sampled_from([b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"tEXt", b"acTL", b"sPLT", b"QQQQ"])


@settings(max_examples=300)
@given(st.lists(st.tuples(KINDS, st.binary(max_size=40)), max_size=6), st.integers(0, 6))
def test_no_order_of_parts_does_anything_else(parts: list[tuple[bytes, bytes]], at: int) -> None:
    ours = parts_of(PICTURE)
    only_pixels_or_refused(joined([*ours[:at], *parts, *ours[at:]]))
    only_pixels_or_refused(PNG + b"".join(part(*one) for one in parts))
