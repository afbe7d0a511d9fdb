"""A file is what its content is; one that is two things, damaged, locked or alive is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Dictionary, String

from config.errors import RuleBroken
from licensing.documents.errors import (
    ActiveContentRefused,
    FileLocked,
    FileTypeRefused,
    FileUnreadable,
    ImageTooLarge,
)
from licensing.documents.inspection import answer_to
from licensing.documents.look_into import Found, look_into
from tests.licensing.documents import build


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (build.pdf(pages=3), Found("application/pdf", 3)),
        (build.pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), Found("application/pdf", 1)),
        (build.picture("PNG"), Found("image/png", 1)),
        (build.picture("JPEG"), Found("image/jpeg", 1)),
        (build.carrying("licence.json"), Found("application/pdf", 1)),
        (build.with_action("URI", URI=String("https://example.vn")), Found("application/pdf", 1)),
    ],
)
def test_an_honest_file_is_found_to_be_what_it_is(content: bytes, found: Found) -> None:
    assert look_into(content) == found


def locked() -> bytes:
    return build.pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


def locked_for_changes_only() -> bytes:
    return build.pdf(encryption=pikepdf.Encryption(owner="o", user=""))


def with_form_of_scripts(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=[], XFA=String("<xdp/>"))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (lambda: build.archive(), FileTypeRefused),
        (lambda: b"<html><script>alert(1)</script>", FileTypeRefused),
        (lambda: b"MZ" + bytes(100), FileTypeRefused),
        (lambda: b"\n" + build.pdf(), FileTypeRefused),
        (lambda: build.pdf() + build.archive(), FileTypeRefused),
        (lambda: build.picture() + build.archive(), FileTypeRefused),
        (lambda: build.picture("JPEG") + build.archive(), FileTypeRefused),
        (lambda: b"%PDF-1.7\n" + build.archive(), FileTypeRefused),
        (lambda: b"%PDF-1.7\nnothing", FileUnreadable),
        (lambda: build.pdf()[:-200], FileUnreadable),
        (lambda: build.pdf(pages=0), FileUnreadable),
        (lambda: build.picture()[:-30], FileUnreadable),
        (lambda: build.picture("JPEG")[:400], FileUnreadable),
        (lambda: build.picture()[:20], FileUnreadable),
        (lambda: build.pixel_bomb(8000, 7500), ImageTooLarge),
        (lambda: build.pixel_bomb(60_000, 40_000), ImageTooLarge),
        (locked, FileLocked),
        (locked_for_changes_only, FileLocked),
        (lambda: build.with_action("JavaScript", JS=String("app.alert(1)")), ActiveContentRefused),
        (lambda: build.with_action("Launch", F=String("calc.exe")), ActiveContentRefused),
        (lambda: build.with_action("SubmitForm", F=String("https://example.vn")), ActiveContentRefused),
        (lambda: build.with_action("GoToR", F=String("\\\\host\\share")), ActiveContentRefused),
        (build.with_hidden_script, ActiveContentRefused),
        (lambda: build.pdf(with_form_of_scripts), ActiveContentRefused),
        (lambda: build.carrying("setup.exe"), ActiveContentRefused),
        (lambda: build.carrying("letter.docm"), ActiveContentRefused),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_its_reason(
    content: Callable[[], bytes], refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        look_into(content())


def test_a_script_is_seen_behind_a_name_in_hex() -> None:
    content = build.with_hidden_script()
    assert b"JavaScript" not in content and b"/JS" not in content
    with pytest.raises(ActiveContentRefused):
        look_into(content)


def test_a_pdf_of_too_many_objects_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licensing.documents.look_into.OBJECTS_MAX", 3)
    with pytest.raises(FileUnreadable, match="complicated"):
        look_into(build.pdf(pages=3))


def test_the_child_answers_with_what_it_found_or_with_the_refusal() -> None:
    assert answer_to(build.pdf(pages=2)) == {"media_type": "application/pdf", "pages": 2}
    assert answer_to(locked())["refused"] == "FileLocked"
