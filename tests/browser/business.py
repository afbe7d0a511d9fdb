"""A business that applies in a browser, step by step, with a look at every page it comes to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from licensing.demonstration.sheet import blank_sheet
from licensing.demonstration.walk import ANSWERS, DOCUMENTS
from tests.browser.visitor import Visitor

ELIGIBLE = {"registered": "yes"}
QUESTIONS = (
    "registered",
    "small_scale",
    "street_food",
    "prepackaged_only",
    "hotel_restaurant",
    "international_standard",
)
PAGES = ("establishment", "owner", "business", "people")
MAIN_BUTTON = "main form:not(.notice *) .button[type=submit]"
HOSTILE = '<script>alert(1)</script> #eval("1") $x$'


def go(visitor: Visitor) -> None:
    """The main button of a form, and a look at where it leads."""
    visitor.page.locator(MAIN_BUTTON).first.click()
    visitor.look()


def fill(page: Page, **changed: Any) -> None:
    """Whatever fields of the form this page has."""
    for name, answer in {**ANSWERS, **changed}.items():
        fields = page.locator(f"main [name={name}]")
        if fields.count() == 0 or not fields.first.is_visible():
            continue
        kind = fields.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.check(f"main [name={name}][value={'true' if answer is True else answer}]")
        else:
            text = "\n".join(answer) if isinstance(answer, list) else str(answer)
            fields.first.fill(text)


def begin(visitor: Visitor) -> str:
    """From the front page to a draft whose questions are answered; its id."""
    visitor.open("/procedures")
    visitor.page.click("main h3 a")
    visitor.look()
    visitor.page.locator("main .button").first.click()
    visitor.look()
    visitor.page.check("[name=kind][value=new]")
    visitor.page.locator("[name=applicant]").first.check()
    go(visitor)
    draft = visitor.page.url.split("/applications/")[1].split("/")[0]
    for question in QUESTIONS:
        visitor.page.check(f"[name={question}][value={ELIGIBLE.get(question, 'no')}]")
    go(visitor)
    return draft


def fill_in(visitor: Visitor) -> None:
    """All pages of the form, to the documents."""
    for page in PAGES:
        assert visitor.page.url.endswith(f"/form/{page}")
        fill(visitor.page)
        go(visitor)
    assert visitor.page.url.endswith("/documents")


def supply(visitor: Visitor, folder: Path) -> None:
    """A file for each document."""
    for document in DOCUMENTS:
        path = folder / f"{document}.pdf"
        path.write_bytes(blank_sheet(document))
        visitor.page.set_input_files(f"#file-{document}", path)
        visitor.page.click(f"section#{document} form[enctype] button")
        visitor.page.wait_for_selector(f"section#{document} .receipts li")
    visitor.look()
    assert visitor.page.locator(".receipts .mono").count() == len(DOCUMENTS)
    address = visitor.page.get_attribute(".receipts a", "href")
    assert (
        visitor.context.request.get(f"{visitor.house.address}{address}").body()
        == (folder / f"{DOCUMENTS[0]}.pdf").read_bytes()
    )


def hand_in(visitor: Visitor) -> None:
    """Check, declare, submit."""
    visitor.page.locator("main .buttons a.button").click()
    visitor.look()
    go_refused(visitor)
    visitor.page.check("[name=declaration]")
    go(visitor)
    assert visitor.page.url.endswith("/receipt")


def go_refused(visitor: Visitor) -> None:
    """Send a form that is not right yet; the page comes again with its errors."""
    visitor.page.locator(MAIN_BUTTON).first.click()
    visitor.page.wait_for_selector("#error-summary")
    visitor.look(refused=True)


def keys(page: Page, selector: str, key: str) -> None:
    """Tab until the focus is on the element, then press the key."""
    page.wait_for_selector(selector, state="attached")
    for _ in range(150):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never comes to {selector}")


def type_in(page: Page) -> None:
    """Everything that this page asks for, by keys only."""
    names = page.evaluate("[...new Set([...document.querySelectorAll('main [name]')].map(e => e.name))]")
    for name in names:
        if name in ("csrf_token", "version", "then", "from", "portions", "previous_number"):
            continue
        answer = ANSWERS[name]
        if page.locator(f"main [name={name}]").first.get_attribute("type") == "radio":
            keys(page, f"[name={name}]", "Space")
            continue
        keys(page, f"[name={name}]", "End")
        page.keyboard.type("\n".join(answer) if isinstance(answer, list) else str(answer))
