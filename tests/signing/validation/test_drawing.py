"""Pages as signed and as they are now: what differs is found, shown and framed, and a hostile child changes nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from config.confinement import Limits
from config.fortress import Fortress
from config.plain import Malformed
from signing.validation import drawing
from signing.validation.compared import OUTLINE, compared
from signing.validation.drawing import Comparison, compare_pages, last_good
from signing.validation.pictured import (
    LARGEST_ANSWER,
    MOST_MEMORY,
    MOST_PAGES,
    MOST_PICTURED,
    WIDTH,
    Pictured,
    Size,
    Told,
    answer,
    answer_taken_apart,
    question,
)
from signing.validation.report import Report, Verdict
from signing.validation.validate import validate
from tests.documents import altered, drawn_over, written_over
from tests.signing.pades.build import LATER, issued, trust


def _report(pdf: bytes) -> Report:
    return validate(pdf, trust(), LATER)


def _compared(pdf: bytes) -> Comparison:
    last = last_good(_report(pdf), len(pdf))
    assert last is not None
    return compare_pages(pdf, last)


def _opened(picture: bytes | None) -> Image.Image:
    assert picture is not None
    opened = Image.open(io.BytesIO(picture), formats=["WEBP"])
    opened.load()
    return opened


def test_what_was_written_over_a_licence_is_shown_beside_what_was_signed() -> None:
    found = _compared(written_over(issued().preserved))
    assert found.told is not None
    assert (found.field, found.told.differing, found.told.compared) == ("Seal", (1,), 1)
    (page,) = found.pictures
    before, now = _opened(page.before), _opened(page.now)
    assert before.size == now.size == (WIDTH, 1189)
    middle = (60, 480, WIDTH, 640)  # where the line was written
    dark = [one.crop(middle).convert("L").point([255] * 90 + [0] * 166).histogram()[255] for one in (before, now)]
    assert dark[1] > dark[0] + 1000
    for one in (before, now):  # framed in both
        near = [sum(abs(a - b) for a, b in zip(colour, OUTLINE, strict=True)) for _, colour in _colours(one)]
        assert min(near) < 60


def _colours(picture: Image.Image) -> list[tuple[int, tuple[int, ...]]]:
    found = picture.convert("RGB").getcolors(WIDTH * WIDTH * 2)
    assert found is not None
    return [(count, colour) for count, colour in found if isinstance(colour, tuple)]


def test_nothing_is_drawn_where_nothing_can_differ() -> None:
    good = issued().preserved
    assert last_good(_report(good), len(good)) is None
    whole = issued().sealed  # the seal covers it to its end
    assert last_good(_report(whole), len(whole)) is None
    broken = altered(good)  # no signature is left that vouches for anything
    assert last_good(_report(broken), len(broken)) is None
    assert last_good(_report(b"%PDF-1.7"), 8) is None


@pytest.mark.parametrize("forge", [drawn_over, lambda pdf: pdf + b"\n% one more line\n"])
def test_a_change_that_does_not_show_is_said_to_be_none_that_shows(forge: object) -> None:
    assert callable(forge)
    found = _compared(forge(issued().preserved))
    assert found.told is not None
    assert (found.told.differing, found.pictures, found.told.compared) == ((), (), 1)


def _pages(count: int, words: str = "") -> bytes:
    document, written = pikepdf.new(), io.BytesIO()
    for number in range(count):
        document.add_blank_page(page_size=(300, 300))
        page = document.pages[number]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F=font))
        page.Contents = pikepdf.Stream(document, f"BT /F 20 Tf 20 100 Td ({words} {number}) Tj ET".encode())
    document.save(written)
    return written.getvalue()


def test_pages_are_compared_and_shown_up_to_a_limit() -> None:
    told, pixels = compared(_pages(8, "one"), _pages(8, "two"))
    assert told.differing == tuple(range(1, 9))
    assert [one.page for one in told.pictured] == list(range(1, MOST_PICTURED + 1))
    assert len(answer_taken_apart(answer(told, pixels))[1]) == 2 * MOST_PICTURED
    told, _ = compared(_pages(1), _pages(3))
    assert (told.pages_before, told.pages_now, told.differing) == (1, 3, (2, 3))
    assert told.pictured[0].before is None
    assert told.pictured[0].now == Size(WIDTH, WIDTH)
    told, _ = compared(b"", _pages(1))
    assert told.differing == (1,)
    assert compared(_pages(2), _pages(2))[0].differing == ()


def test_no_more_pages_are_looked_at_than_are_foreseen() -> None:
    many = _pages(MOST_PAGES + 20)
    told, _ = compared(many, many)
    assert told.compared <= MOST_PAGES < told.pages_now


GOOD = Told(1, 1, 1, (1,), (Pictured(1, Size(2, 2), Size(2, 2)),))


@pytest.mark.parametrize(
    ("told", "pixels"),
    [
        (GOOD, bytes(23)),
        (GOOD, bytes(25)),
        (replace(GOOD, compared=2), bytes(24)),
        (replace(GOOD, pages_now=-1), bytes(24)),
        (replace(GOOD, differing=(2,)), bytes(24)),
        (replace(GOOD, differing=()), bytes(24)),
        (replace(GOOD, differing=(1, 1)), bytes(24)),
        (replace(GOOD, pictured=(Pictured(1, Size(0, 2), Size(2, 2)),)), bytes(12)),
        (replace(GOOD, pictured=(Pictured(1, Size(-2, -2), Size(2, 2)),)), bytes(24)),
        (replace(GOOD, pictured=(Pictured(1, Size(WIDTH + 1, 1), None),)), bytes(3 * WIDTH + 3)),
    ],
)
def test_an_answer_that_drawing_could_not_have_given_is_not_believed(told: Told, pixels: bytes) -> None:
    assert answer_taken_apart(answer(GOOD, bytes(24)))[0] == GOOD
    with pytest.raises(Malformed):
        answer_taken_apart(answer(told, pixels))
    for broken in (b"", b"\0" * 8, b"\xff" * 40):
        with pytest.raises(Malformed):
            answer_taken_apart(broken)


@pytest.fixture
def forging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fortress]:
    """A child that answers what the file says."""
    fortress = Fortress("tests.signing.validation.forging_child", Limits(512 * 1024**2, 2))
    monkeypatch.setattr(drawing, "fortress", fortress)
    yield fortress
    fortress.close()


def test_where_nothing_can_be_drawn_that_is_said(forging: Fortress, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = written_over(issued().preserved)
    last = last_good(_report(pdf), len(pdf))
    assert last is not None
    undrawn = Comparison(last.signer, "Seal")
    assert compare_pages(pdf, last) == undrawn  # what it says is no answer
    monkeypatch.setattr(drawing, "fortress", Fortress("tests.config.unconfined", Limits(512 * 1024**2, 2)))
    assert compare_pages(pdf, last) == undrawn


def _bomb() -> bytes:
    """A page of a few bytes that draws ten thousand million times the same line."""
    document, written = pikepdf.new(), io.BytesIO()
    document.add_blank_page(page_size=(300, 300))
    inner = pikepdf.Stream(document, b"0 0 m 300 300 l S")
    for _ in range(10):
        inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, pikepdf.Array([0, 0, 300, 300])
        outer = pikepdf.Stream(document, b"/X Do " * 10)
        outer.Resources = Dictionary(XObject=Dictionary(X=document.make_indirect(inner)))
        inner = outer
    document.pages[0].Contents = document.make_indirect(inner)
    document.pages[0].Resources = inner.Resources
    document.save(written)
    return written.getvalue()


def test_a_page_that_takes_for_ever_costs_its_own_answer_and_the_next_one_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = Fortress(drawing.fortress._module, Limits(MOST_MEMORY, 1), LARGEST_ANSWER)
    monkeypatch.setattr(drawing, "fortress", quick)
    assert quick.ask(question(len(_bomb()), _bomb())) is None
    assert quick.ask(b"") is None
    said = quick.ask(question(5, b"no PDF at all"))
    assert said is not None
    assert answer_taken_apart(said)[0] == Told(0, 0, 0, (), ())
    assert _compared(written_over(issued().preserved)).told is not None
    quick.close()


def test_a_valid_document_that_goes_on_after_its_last_signature_is_looked_at() -> None:
    report = _report(issued().preserved)
    assert report.verdict is Verdict.VALID
    changed = [replace(one, later_changes="signing") for one in report.signatures]
    last = last_good(replace(report, signatures=tuple(changed)), len(issued().preserved))
    assert last is not None
    assert last.field == "Seal"
