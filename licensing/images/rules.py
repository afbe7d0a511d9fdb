"""What the law asks of a picture (`appearance.toml`), and the size that a person states."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path

from config.sentences import later, say
from licensing.images.errors import PictureSizeWrong

APPEARANCE = Path(__file__).with_name("appearance.toml")


class Kind(StrEnum):
    """What a picture shows: a person's signature or an agency's seal."""

    SIGNATURE = "signature"
    SEAL = "seal"


@dataclass(frozen=True)
class Law:
    """Provision, ink (red, green, blue), hues in degrees, what becomes of others, widths taken in millimetres."""

    basis: str
    article: str
    words: str
    verified: bool
    ink: tuple[int, int, int]
    hue: tuple[int, int]
    recolour: bool
    width: tuple[int, int]

    @property
    def provision(self) -> str:
        """As it is cited."""
        return f"{self.article}, {self.basis}"


@cache
def law_of(kind: Kind) -> Law:
    """The law about pictures of this kind."""
    found = tomllib.loads(APPEARANCE.read_text(encoding="utf-8"))[kind]
    red, green, blue = bytes.fromhex(found["ink"].removeprefix("#"))
    return Law(
        basis=found["basis"],
        article=found["article"],
        words=found["words"],
        verified=found["verified"],
        ink=(red, green, blue),
        hue=tuple(found["hue"]),
        recolour=found["otherwise"] == "recolour",
        width=tuple(found["width"]),
    )


def width_stated(kind: Kind, form: Mapping[str, str]) -> Decimal:
    """The real width in millimetres, to a tenth, from what was typed; raises PictureSizeWrong."""
    try:
        width = Decimal(form.get("width_mm", "").strip().replace(",", "."))
    except InvalidOperation:
        raise PictureSizeWrong(later("State the real width in millimetres, for instance 36.")) from None
    return checked_width(kind, width)


def checked_width(kind: Kind, width: Decimal) -> Decimal:
    """The width to a tenth of a millimetre; raises PictureSizeWrong for one that no signature or seal has."""
    smallest, largest = law_of(kind).width
    if not width.is_finite() or not smallest <= width <= largest:
        raise PictureSizeWrong(
            say("The width is between {smallest} and {largest} millimetres.", smallest=smallest, largest=largest)
        )
    return width.quantize(Decimal("0.1"))
