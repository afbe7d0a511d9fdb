"""How this installation shows itself: its name, where people can call or come, its mark, its colours.

A colour that could not be read on what it stands on stops the start (WCAG 2.2, 1.4.3: 4.5 to 1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from config.reader import Reader

LEAST_CONTRAST = 4.5
WHITE = "#ffffff"
MARK_LIMIT = 20_000  # bytes
# What could run, or fetch something from elsewhere; only places inside the picture itself may be referred to.
UNWANTED_IN_MARK = re.compile(
    rb"<script|\son\w+\s*=|<foreignObject|<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|javascript:|@import"
    rb"|href\s*=\s*[\"']?\s*(?![\"'#\s]|data:image/)|url\(\s*[\"']?\s*(?![\"'#\s])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Site:
    """Texts by language code; colours as `#rrggbb`, each readable with white; the mark is an SVG or None."""

    name: dict[str, str]
    owner: dict[str, str]
    tagline: dict[str, str]
    phone: str
    address: dict[str, str]
    mark: bytes | None
    colour_header: str
    colour_action: str
    colour_link: str


def read_site(reader: Reader, trial: bool) -> Site:
    """The site's settings; what is wrong with them is noted at the reader.

    Whose system it is has a legal meaning, so that only a trial has an invented owner.
    """
    return Site(
        name={
            "vi": reader.text("SITE_NAME", "Cổng Cấp phép"),
            "en": reader.text("SITE_NAME_EN", "Licensing Service"),
        },
        owner={
            "vi": reader.text("SITE_OWNER", "Ủy ban nhân dân tỉnh Minh Họa" if trial else None),
            "en": reader.text("SITE_OWNER_EN", "People's Committee of Minh Họa Province" if trial else None),
        },
        tagline={
            "vi": reader.text("SITE_TAGLINE", "Ký số và cấp phép trực tuyến"),
            "en": reader.text("SITE_TAGLINE_EN", "Digital signatures and online licensing"),
        },
        phone=reader.text("SITE_PHONE", "0200 000 1022"),
        address={
            "vi": reader.text("SITE_ADDRESS", "Bộ phận Một cửa, số 1 đường Ví Dụ, phường Minh Họa"),
            "en": reader.text("SITE_ADDRESS_EN", "One-stop counter, 1 Ví Dụ Street, Minh Họa Ward"),
        },
        mark=_mark(reader),
        colour_header=_colour(reader, "SITE_COLOUR_HEADER", "#123c69"),
        colour_action=_colour(reader, "SITE_COLOUR_ACTION", "#0b6e4f"),
        colour_link=_colour(reader, "SITE_COLOUR_LINK", "#0b5cad"),
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2, relative luminance)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(reader: Reader, name: str, default: str) -> str:
    colour = reader.text(name, default).lower()
    if not re.fullmatch("#[0-9a-f]{6}", colour):
        reader.problems.append(f"{name}: must be a colour like {default}, not {colour!r}.")
        return default
    if (ratio := contrast(colour, WHITE)) < LEAST_CONTRAST:
        reader.problems.append(
            f"{name}: {colour} has a contrast of {ratio:.1f} with white; {LEAST_CONTRAST} is needed."
        )
    return colour


def _mark(reader: Reader) -> bytes | None:
    path = reader.text("SITE_MARK", "")
    if not path:
        return None
    try:
        mark = Path(path).read_bytes()
    except OSError as error:
        reader.problems.append(f"SITE_MARK: cannot be read: {error}.")
        return None
    if len(mark) > MARK_LIMIT or b"<svg" not in mark[:1000] or UNWANTED_IN_MARK.search(mark):
        reader.problems.append(
            f"SITE_MARK: must be an SVG picture of at most {MARK_LIMIT} bytes, without scripts and without references"
            " to anything outside it."
        )
    return mark
