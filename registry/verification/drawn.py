"""Pages as they were signed beside the same pages as they are now, as people see and read them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from config.languages import translated
from config.sentences import later, say
from signing.validation.drawing import Comparison, Picture
from signing.validation.facts import Words
from signing.validation.pictured import HARD_SECONDS, Told

MOST_NAMED = 20  # page numbers in a sentence
NOT_DRAWN = later(
    "The pages could not be drawn within {seconds} seconds, so how they look cannot be compared with what was signed."
)
SAME = later("Drawn here, the pages look as they did when {signer} signed. What was changed does not show on them.")
TITLES = {True: later("Page {page} differs"), False: later("Page {page} is only in one of the two")}
BEFORE, NOW = later("As {signer} signed it"), later("As the file is now")
ALT_BEFORE = later("Page {page} as it was signed; where it differs it has a red frame")
ALT_NOW = later("Page {page} as the file is now; where it differs it has a red frame")
NOT_THERE = later("There is no such page, or it cannot be drawn.")


@dataclass(frozen=True)
class ShownState:
    """One picture as an address with everything in it (`data:`), None where there is none; with what it is."""

    caption: str
    source: str | None
    alt: str


@dataclass(frozen=True)
class ShownPage:
    """A page that differs, in both states."""

    title: str
    states: tuple[ShownState, ShownState]


@dataclass(frozen=True)
class ShownComparison:
    """What differs in words, and the pictures."""

    told: tuple[str, ...]
    pages: tuple[ShownPage, ...]
    missing: str

    @property
    def differs(self) -> bool:
        return bool(self.pages)


def shown_comparison(found: Comparison) -> ShownComparison:
    """The comparison in the language of the page; the pictures travel in the page and are kept nowhere."""
    signer = found.signer or found.field
    pages = tuple(_shown_page(one, signer) for one in found.pictures)
    return ShownComparison(told_comparison(found), pages, translated(NOT_THERE))


def told_comparison(found: Comparison) -> tuple[str, ...]:
    """What differs in sentences, without pictures."""
    if found.told is None:
        return (translated(say(NOT_DRAWN, seconds=HARD_SECONDS)),)
    return tuple(translated(one) for one in _told(found, found.told))


def _told(found: Comparison, told: Told) -> Iterator[str]:
    pages = [str(page) for page in told.differing]
    if len(pages) == 1:
        yield say(later("What page {page} shows is not what was signed."), page=pages[0])
    elif pages:
        more = ["…"] if len(pages) > MOST_NAMED else []
        yield say(
            later("What these pages show is not what was signed: {pages}."), pages=Words(pages[:MOST_NAMED] + more)
        )
    else:
        yield say(SAME, signer=found.signer or found.field)
    if told.pages_before != told.pages_now:
        counts = {"before": told.pages_before, "now": told.pages_now}
        yield say(later("Number of pages when it was signed: {before}; now: {now}."), **counts)
    if 0 < len(found.pictures) < len(pages):
        yield say(later("Only the first {count} of them are shown."), count=len(found.pictures))
    if told.compared < max(told.pages_before, told.pages_now):
        yield say(later("Only the first {count} pages were compared; the file has more."), count=told.compared)


def _shown_page(one: Picture, signer: str) -> ShownPage:
    both = one.before is not None and one.now is not None
    states = (
        ShownState(translated(say(BEFORE, signer=signer)), _source(one.before), _said(ALT_BEFORE, one)),
        ShownState(translated(NOW), _source(one.now), _said(ALT_NOW, one)),
    )
    return ShownPage(_said(TITLES[both], one), states)


def _said(text: str, one: Picture) -> str:
    return translated(say(text, page=one.page))


def _source(picture: bytes | None) -> str | None:
    return None if picture is None else f"data:image/webp;base64,{b64encode(picture).decode()}"
