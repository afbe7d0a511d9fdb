"""Draws a picture anew in one ink, as small as it can be without looking coarse; a child process decodes it.

The child gets a PNG that has nothing but pixels any more, has no network, little memory and little time.
"""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import threading
import zlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from config.errors import RuleBroken
from config.sentences import later
from licensing.images import errors
from licensing.images.chunks import plain_png
from licensing.images.errors import (
    DrawingUnavailable,
    PictureColourWrong,
    PictureDamaged,
    PictureEmpty,
    PictureNotTransparent,
    PictureSizeWrong,
)
from licensing.images.rules import Kind, Law, law_of
from signing.pades.picture import Picture

SECONDS = 40
ROOT = Path(__file__).parents[2]
# Dots per inch and bits of coverage, the finest first; the first that is small enough is taken.
FINENESS = ((300, 4), (300, 2), (220, 4), (220, 2), (160, 4), (160, 2), (120, 2), (120, 1))
SMALL_ENOUGH = 12_000  # bytes of the PNG; stamps in words, with their fonts, have 10,000 and 20,000
CLEAR, DRAWN = 16, 128  # of 255: less than this is paper, more is ink
PAPER_AT_LEAST = 0.3  # of all pixels: a scan with its background has none
RIGHT_HUE_AT_LEAST = 0.7  # of the ink
GREY_BELOW = 60  # saturation of 255
DARK = 60  # the least of red, green and blue in full ink: lighter colours cover less
HEIGHTS = (3, 100)  # millimetres
MILLIMETRES = 25.4  # of an inch
_two_at_once = threading.BoundedSemaphore(2)  # of one server process; others wait


@dataclass(frozen=True)
class Drawn:
    """The picture in the form that stamps take, and its real height in millimetres."""

    png: bytes
    height_mm: Decimal


def draw_anew(content: bytes, kind: Kind, width_mm: Decimal) -> Drawn:
    """What somebody sent, checked and drawn anew in the law's ink, without its empty margins.

    Raises the refusals of `plain_png`, PictureNotTransparent, PictureEmpty, PictureColourWrong, DrawingUnavailable.
    """
    plain = plain_png(content)
    with _two_at_once:
        answer = _ask_child(plain, kind, width_mm)
    if refusal := answer.get("refused"):
        raise getattr(errors, refusal)(answer["detail"])
    return Drawn(base64.b64decode(answer["png"]), Decimal(answer["height_mm"]))


def _ask_child(plain: bytes, kind: Kind, width_mm: Decimal) -> dict[str, str]:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "licensing.images.draw", kind, str(width_mm)],
            input=plain,
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PictureDamaged(later("The picture could not be read in reasonable time; save it again.")) from None
    except OSError as error:
        raise DrawingUnavailable("The picture cannot be looked into just now; try again later.") from error
    if child.returncode != 0:
        raise PictureDamaged(later("The picture is damaged or cut; save it again."))
    answer: dict[str, str] = json.loads(child.stdout)
    return answer


def answer_to(content: bytes, kind: Kind, width_mm: Decimal) -> dict[str, str]:
    """What the child writes about a PNG."""
    try:
        drawn = _draw(content, law_of(kind), width_mm)
    except RuleBroken as refusal:
        return {"refused": type(refusal).__name__, "detail": refusal.detail}
    return {"png": base64.b64encode(drawn.png).decode(), "height_mm": str(drawn.height_mm)}


def _draw(content: bytes, law: Law, width_mm: Decimal) -> Drawn:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        coloured = picture.convert("RGBA")
    coverage = _coverage(coloured)
    drawn = coverage.point([255 if value >= DRAWN else 0 for value in range(256)])
    box = coverage.point([255 if value >= CLEAR else 0 for value in range(256)]).getbbox()
    if box is None or drawn.getbbox() is None:
        raise PictureEmpty(later("Nothing is drawn on the picture, or only very faintly."))
    clear = sum(coloured.getchannel("A").histogram()[:CLEAR]) / (coloured.width * coloured.height)
    if clear < PAPER_AT_LEAST:
        raise PictureNotTransparent(later("The picture has a background. Remove it, so that the paper shows through."))
    if not law.recolour and _right_hue(coloured, drawn, law.hue) < RIGHT_HUE_AT_LEAST:
        raise PictureColourWrong(later("The seal is not red. Scan it in colour."))
    cut = coverage.crop(box)
    height = (width_mm * cut.height / cut.width).quantize(Decimal("0.1"))
    if not HEIGHTS[0] <= height <= HEIGHTS[1]:
        raise PictureSizeWrong(later("At this width the picture would be lower than 3 or higher than 100 millimetres."))
    return Drawn(_smallest(cut, float(width_mm), law.ink), height)


def _coverage(picture: Any) -> Any:
    """How thickly ink covers each pixel: what is transparent or white is paper, whatever colour the ink had."""
    from PIL import ImageChops

    red, green, blue, alpha = picture.split()
    least = ImageChops.darker(ImageChops.darker(red, green), blue)
    return ImageChops.multiply(least.point([min(255, (255 - v) * 255 // (255 - DARK)) for v in range(256)]), alpha)


def _right_hue(picture: Any, drawn: Any, hue: tuple[int, int]) -> float:
    """Which part of the ink has a colour, and one of these (degrees)."""
    from PIL import ImageChops

    hues, saturation, _ = picture.convert("RGB").convert("HSV").split()
    low, high = (degrees * 256 // 360 for degrees in hue)
    within = [low <= v <= high if low <= high else v >= low or v <= high for v in range(256)]
    coloured = saturation.point([0] * GREY_BELOW + [255] * (256 - GREY_BELOW))
    right = ImageChops.darker(ImageChops.darker(hues.point([255 * yes for yes in within]), coloured), drawn)
    return float(right.histogram()[255] / drawn.histogram()[255])


def _smallest(coverage: Any, width_mm: float, ink: tuple[int, int, int]) -> bytes:
    """The finest drawing that is small enough, or the smallest there is."""
    dots = coverage.width / (width_mm / MILLIMETRES)
    png = b""
    for fineness, bits in FINENESS:
        png = _encoded(_scaled(coverage, min(1.0, fineness / dots)), bits, ink).to_png()
        if len(png) <= SMALL_ENOUGH:
            break
    return png


def _scaled(coverage: Any, scale: float) -> Any:
    from PIL import Image

    size = (max(1, round(coverage.width * scale)), max(1, round(coverage.height * scale)))
    return coverage.resize(size, Image.Resampling.LANCZOS)


def _encoded(coverage: Any, bits: int, ink: tuple[int, int, int]) -> Picture:
    """Each pixel by the nearest of the levels, packed from the left, each row unfiltered (PNG, 7.2 and 9)."""
    most = 2**bits - 1
    level = [round(value * most / 255) for value in range(256)]
    pixels, each = coverage.tobytes(), 8 // bits
    rows = bytearray()
    for start in range(0, len(pixels), coverage.width):
        levels = [level[value] for value in pixels[start : start + coverage.width]]
        levels += [0] * (-len(levels) % each)
        rows.append(0)
        for at in range(0, len(levels), each):
            packed = 0
            for value in levels[at : at + each]:
                packed = packed << bits | value
            rows.append(packed)
    return Picture(coverage.width, coverage.height, bits, ink, zlib.compress(bytes(rows), 9))


if __name__ == "__main__":
    from licensing.documents.inspection import confine

    confine()
    sys.stdout.write(json.dumps(answer_to(sys.stdin.buffer.read(), Kind(sys.argv[1]), Decimal(sys.argv[2]))))
