"""Which documents of others can go out under a seal, found out when they are supplied."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest

from signing.enclosures.apart import check_revision, revision_of
from signing.enclosures.blank import blank_page
from signing.enclosures.errors import EnclosureNotSuitable
from signing.enclosures.trial import check_can_be_sealed
from tests.attacks.edit import sign_freely
from tests.pki.build import pki
from tests.signing.enclosures.documents import (
    AT,
    CHANGES,
    changed,
    dishonest_revision,
    drawing,
    locked,
    turned,
    with_form,
    written_by_hand,
)

GOOD: dict[str, Callable[[], bytes]] = {
    "typeset": drawing,
    "A3 across": lambda: drawing(page='"a3", flipped: true'),
    "a page without anything": lambda: blank_page(595, 842),
    "in the old way, without streams of objects": lambda: changed(
        drawing(), lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.disable
    ),
    "turned by 90": lambda: turned(drawing(), 1),
    "turned by 180": lambda: turned(drawing(), 2),
    "turned by 270": lambda: turned(drawing(), 3),
}
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked": (lambda: locked(drawing()), "locked"),
    "a form": (lambda: with_form(drawing()), "form fields or signatures"),
    "signed by somebody": (lambda: sign_freely(drawing(), "Architect", pki().deputy), "form fields or signatures"),
    "tiny": (lambda: blank_page(180, 250), "too small"),
    "something behind its end": (lambda: drawing() + b"x" * 100, "cannot take a seal"),
    "something before its beginning": (lambda: b"x" * 100 + drawing(), "cannot take a seal"),
    "no PDF": (lambda: b"%PDF-1.7 nothing", "cannot take a seal"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_document_that_can_be_sealed(name: str) -> None:
    check_can_be_sealed(GOOD[name](), AT)


@pytest.mark.parametrize("name", BAD)
def test_a_document_that_cannot_is_refused_with_what_to_do(name: str) -> None:
    made, why = BAD[name]
    with pytest.raises(EnclosureNotSuitable, match=why):
        check_can_be_sealed(made(), AT)


@pytest.mark.parametrize("quarter", range(4))
def test_the_mark_stands_at_the_top_right_as_the_page_is_shown(quarter: int) -> None:
    """Read back by another library that turns the page as readers do."""
    import pypdfium2

    revision = revision_of(turned(blank_page(595, 842), quarter), _black(), AT)
    shown = pypdfium2.PdfDocument(revision)
    shown.init_forms()
    picture = shown[0].render(scale=1, may_draw_forms=True).to_pil().convert("L")
    dark = picture.point(lambda value: 255 if value < 60 else 0)
    left, top, right, bottom = dark.crop((picture.width // 2, 0, picture.width, 100)).getbbox()
    assert abs(picture.width // 2 - right - 42.6) < 2
    assert abs(top - 15.9) < 2
    assert (right - left, bottom - top) == pytest.approx((200, 36), abs=2)


def _black() -> bytes:
    def fill(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"0 g 0 0 200 36 re f")

    return changed(blank_page(200, 36), fill)


@pytest.mark.parametrize("what", CHANGES)
def test_a_revision_that_changes_anything_else_is_found_out(what: str) -> None:
    revision = dishonest_revision(drawing(), CHANGES[what])
    with pytest.raises(EnclosureNotSuitable, match="something else"):
        check_revision(len(drawing()), revision)


def test_an_honest_one_is_not() -> None:
    check_revision(len(drawing()), dishonest_revision(drawing(), lambda writer, widget: None))


def test_a_revision_brings_nothing_that_an_old_page_waits_for() -> None:
    """A page may name contents that are not there: what a revision puts in their place would be seen."""
    waiting = written_by_hand("[4 0 R 7 0 R]")
    with pytest.raises(EnclosureNotSuitable, match="something else"):
        check_revision(len(waiting), revision_of(waiting, blank_page(200, 36), AT))
    check_can_be_sealed(written_by_hand("[4 0 R]"), AT)
