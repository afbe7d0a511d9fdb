"""Page images of a document as it was signed beside it as it is now, drawn outside this process in a confined child.

A child that a hostile file took over can draw what it likes; it can do so by being that file, too. Nobody else's file,
and nothing of this process, is within its reach, and what comes back is pixels (pictured.py).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from config.confinement import Limits
from config.fortress import Fortress, FortressUnavailable
from config.plain import Malformed
from signing.validation.pictured import (
    HARD_SECONDS,
    LARGEST_ANSWER,
    MOST_MEMORY,
    Pictured,
    Size,
    Told,
    answer_taken_apart,
    question,
)
from signing.validation.policy import LARGEST_FILE
from signing.validation.report import Integrity, Kind, Report, SignatureReport, Verdict

QUALITY = 72  # of the pictures that are handed on (WebP)
UNSEEN = ("none", "preservation")  # later changes that show nothing

fortress = Fortress("signing.validation.drawing_child", Limits(MOST_MEMORY, HARD_SECONDS), LARGEST_ANSWER)


@dataclass(frozen=True)
class Picture:
    """A page (from 1) in both states, as WebP; None where there is none in that state, or it cannot be drawn."""

    page: int
    before: bytes | None
    now: bytes | None


@dataclass(frozen=True)
class Comparison:
    """What differs between a document as `signer` signed it and as it is now. Without `told` it could not be drawn."""

    signer: str | None
    field: str
    told: Told | None = None
    pictures: tuple[Picture, ...] = ()


def last_good(report: Report, size: int) -> SignatureReport | None:
    """The last intact signature of somebody, where what came after it in a file of this size may be seen."""
    good = [one for one in report.signatures if one.kind is Kind.SIGNATURE and one.integrity is Integrity.INTACT]
    last = max(good, key=end_of, default=None)
    if last is None or not 0 < end_of(last) < size <= LARGEST_FILE:
        return None
    return None if report.verdict is Verdict.VALID and last.later_changes in UNSEEN else last


def end_of(one: SignatureReport) -> int:
    """The offset after the last byte that a signature covers."""
    return one.byte_range[2] + one.byte_range[3] if len(one.byte_range) == 4 else 0


def compare_pages(pdf: bytes, last: SignatureReport) -> Comparison:
    """The pages as `last` covers them and as they are now. Takes HARD_SECONDS at most, and never raises."""
    undrawn = Comparison(last.signer, last.field)
    try:
        said = fortress.ask(question(end_of(last), pdf))
        if said is None:
            return undrawn
        told, pixels = answer_taken_apart(said)
    except (FortressUnavailable, Malformed):
        return undrawn
    pairs = zip(pixels[::2], pixels[1::2], strict=True)
    pictures = tuple(_picture(one, *pair) for one, pair in zip(told.pictured, pairs, strict=True))
    return Comparison(last.signer, last.field, told, pictures)


def _picture(one: Pictured, before: bytes | None, now: bytes | None) -> Picture:
    return Picture(one.page, _webp(one.before, before), _webp(one.now, now))


def _webp(size: Size | None, pixels: bytes | None) -> bytes | None:
    if size is None or pixels is None:
        return None
    written = io.BytesIO()
    picture: Any = Image.frombytes("RGB", (size.width, size.height), pixels)
    picture.save(written, "WEBP", quality=QUALITY, method=3)
    return written.getvalue()
