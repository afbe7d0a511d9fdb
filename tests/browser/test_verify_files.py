"""A file is checked in a browser: first by its digest alone; it is sent only when asked for, or without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

from licensing.demonstration.walk import Outcome
from registry.verification.result import Finding
from registry.verification.words import WORDS
from tests.browser.screens import GREENS, SCREENS
from tests.browser.visitor import Visitor
from tests.documents import altered, drawn_over, written_over

Visit = Callable[..., Visitor]
DROP = """(bytes) => { const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], 'licence.pdf', {type: 'application/pdf'})); return data; }"""


@pytest.fixture(scope="module")
def files(licence: Outcome, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The licence's file, and what people bring in its stead."""
    folder = tmp_path_factory.mktemp("brought")
    pdf = licence.pdf
    contents = {
        "good": pdf,
        "altered": altered(pdf),
        "appended": pdf + b"\n% and one more line\n",
        "drawn over": drawn_over(pdf),
        "written over": written_over(pdf),
        "cut": pdf[: len(pdf) // 2],
        "no_pdf": b"<script>alert('no PDF')</script>",
        "empty": b"",
        "large": b"%PDF-1.7\n" + bytes(25_200_000),
    }
    for name, content in contents.items():
        (folder / f"{name}.pdf").write_bytes(content)
    return {name: folder / f"{name}.pdf" for name in contents}


@pytest.fixture
def watched() -> Callable[[Page], list[Request]]:
    """Notes every request of a page."""

    def watch(page: Page) -> list[Request]:
        found: list[Request] = []
        page.on("request", lambda request: found.append(request))
        return found

    return watch


@SCREENS
def test_a_file_of_ours_never_leaves_the_device(
    visit: Visit,
    licence: Outcome,
    files: dict[str, Path],
    watched: Callable[[Page], list[Request]],
    width: int,
    language: str,
) -> None:
    visitor = visit(width=width, language=language)
    visitor.open("/")
    sent = watched(visitor.page)
    visitor.page.set_input_files("#file", files["good"])
    visitor.page.wait_for_url("**/verify/digest/*")
    visitor.page.wait_for_selector(".verdict--green")
    assert {request.method for request in sent} == {"GET"}
    assert "Phạm Ví Dụ" in visitor.text()
    assert visitor.cookies() == []
    visitor.look()


@SCREENS
@pytest.mark.parametrize("name", ["good", "appended", "drawn over"])
def test_the_details_open_below_the_verdict(
    visit: Visit, files: dict[str, Path], name: str, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, scripts=False)
    visitor.open("/verify")
    visitor.page.set_input_files("#file", files[name])
    visitor.page.click("form[method=post] button")
    visitor.page.wait_for_selector(".verdict")
    seals = 3 if name == "good" else 2
    assert visitor.page.locator(".checks").count() >= seals
    closed = visitor.page.locator("main details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    said = visitor.text()
    good = "Chứng thư còn hiệu lực khi ký" if language == "vi" else "Certificate valid when it signed"
    assert (good in said, "✓" in said) == (True, True)
    drawn = "Ghi chú hoặc hình vẽ trên trang" if language == "vi" else "Notes or drawings on pages"
    assert (drawn in said) == (name == "drawn over")
    assert visitor.page.locator(".checks tbody tr").count() == 8 * visitor.page.locator(".checks").count()
    assert (name == "good") == bool(visitor.page.evaluate(GREENS))
    visitor.look()


@SCREENS
def test_pages_that_differ_are_shown_as_signed_and_as_they_are_now(
    visit: Visit, files: dict[str, Path], width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, scripts=False)
    visitor.open("/verify")
    visitor.page.set_input_files("#file", files["written over"])
    visitor.page.click("form[method=post] button")
    visitor.page.wait_for_selector(".verdict--red")
    pictures = visitor.page.locator(".drawn img")
    assert pictures.count() == 2
    places = [pictures.nth(number).bounding_box() for number in range(2)]
    assert places[0] is not None and places[1] is not None
    assert (places[0]["y"] == places[1]["y"]) == (width > 500)  # else one under the other
    drawn = "() => [...document.querySelectorAll('.drawn img')].every(one => one.naturalWidth > 800)"
    assert visitor.page.evaluate(drawn)
    visitor.look()


def test_a_report_is_taken_along_without_scripts(visit: Visit, files: dict[str, Path]) -> None:
    visitor = visit(width=390, scripts=False, language="en")
    visitor.open("/verify")
    visitor.page.set_input_files("#file", files["good"])
    visitor.page.click("form[method=post] button")
    visitor.page.wait_for_selector(".verdict--green")
    for words, beginning in (("Report as PDF", b"%PDF-"), ("Report for programs", b"<?xml")):
        with visitor.page.expect_download() as download:
            visitor.page.click(f"text={words}")
        assert download.value.path().read_bytes().startswith(beginning)


@SCREENS
def test_a_signed_report_appears_where_it_is_being_signed(
    visit: Visit, files: dict[str, Path], width: int, language: str
) -> None:
    visitor = visit(width=width, language=language)
    visitor.open("/verify")
    visitor.page.set_input_files("#file", files["good"])
    visitor.page.wait_for_selector(".verdict--green")
    visitor.page.click("button[formaction]")
    visitor.page.wait_for_url("**/verify/reports/*")
    visitor.look()
    visitor.page.wait_for_selector("a[href$='/file']")
    visitor.look()
    with visitor.page.expect_download() as download:
        visitor.page.click("a[href$='/file']")
    assert b"/ByteRange" in download.value.path().read_bytes()
    assert visitor.cookies() == []


def test_a_file_is_dropped(visit: Visit, files: dict[str, Path]) -> None:
    visitor = visit()
    visitor.open("/")
    data = visitor.page.evaluate_handle(DROP, list(files["good"].read_bytes()))
    visitor.page.dispatch_event("[data-drop]", "dragover", {"dataTransfer": data})
    visitor.look()
    visitor.page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    visitor.page.wait_for_selector(".verdict--green")
    visitor.look()


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("altered", Finding.ALTERED),
        ("appended", Finding.ALTERED),
        ("cut", None),
        ("no_pdf", Finding.UNREADABLE),
    ],
)
def test_any_other_file_is_sent_only_when_that_is_asked_for(
    visit: Visit,
    files: dict[str, Path],
    watched: Callable[[Page], list[Request]],
    name: str,
    finding: Finding | None,
) -> None:
    visitor = visit(width=390, language="en")
    visitor.open("/")
    sent = watched(visitor.page)
    visitor.page.set_input_files("#file", files[name])
    visitor.page.wait_for_selector("text=Send the file for the full check")
    assert {request.method for request in sent} == {"GET"}
    visitor.look()
    visitor.page.click("text=Send the file for the full check")
    visitor.page.wait_for_selector(".verdict")
    assert visitor.page.locator(".verdict--green").count() == 0
    if finding is not None:
        assert WORDS[finding]["en"] in visitor.text()
    visitor.look()


@pytest.mark.parametrize("name", ["empty", "large"])
def test_a_file_that_cannot_be_checked_is_told_without_sending_it(
    visit: Visit, files: dict[str, Path], watched: Callable[[Page], list[Request]], name: str
) -> None:
    visitor = visit(width=390)
    visitor.open("/verify")
    sent = watched(visitor.page)
    visitor.page.click("form[method=post] button")
    assert "Trước hết hãy chọn tệp" in visitor.text()
    visitor.page.set_input_files("#file", files[name])
    visitor.page.wait_for_selector("text=/Tệp này (trống|quá lớn)/")
    assert sent == []
    visitor.look()


@pytest.mark.parametrize("name", ["good", "altered", "no_pdf", "empty", "large"])
def test_without_scripts_a_file_is_sent_and_the_page_says_so_before(
    visit: Visit, files: dict[str, Path], name: str
) -> None:
    visitor = visit(width=390, scripts=False, language="en")
    visitor.open("/")
    assert "The button sends the file to us." in visitor.text()
    visitor.page.set_input_files("#file", files[name])
    visitor.page.click("form[method=post] button")
    expected = {"good": ".verdict--green", "altered": ".verdict--red", "no_pdf": ".verdict--amber"}
    visitor.page.wait_for_selector(expected.get(name, "#file-error"))
    visitor.look(refused=True)
