"""The whole line through pages alone: a business, an officer, a head, an approver and a clerk, then a stranger."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from licensing.demonstration.cast import APPLICANT_EMAIL
from licensing.demonstration.sheet import blank_sheet
from tests.browser.business import PAGES, begin, fill, go, hand_in, supply
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
SLOW = 90_000  # milliseconds for what the worker does: typesetting, timestamps, the log, evidence
REFRESH = 500


class Line:
    """One application on its way; every person comes with a browser of their own kind, and signs in by the page."""

    def __init__(self, visit: Visit, width: int, scripts: bool, language: str, folder: Path) -> None:
        self._visit, self._width, self._scripts, self._language = visit, width, scripts, language
        self.folder = folder
        self.name = f"Cơ sở Toàn Tuyến Ví Dụ {language} {width}"
        self.id = ""
        self._people: dict[str, Visitor] = {}

    def stranger(self) -> Visitor:
        return self._visit(width=self._width, scripts=self._scripts, language=self._language)

    def person(self, login: str) -> Visitor:
        """Somebody who has signed in once."""
        if login not in self._people:
            visitor = self._people[login] = self.stranger()
            visitor.open("/sign-in")
            visitor.page.fill("[name=email]", login)
            visitor.page.fill("[name=password]", visitor.house.secrets.password)
            go(visitor)
        return self._people[login]

    def at_desk(self, login: str) -> Visitor:
        """An official in front of this application."""
        visitor = self.person(login)
        visitor.open(f"/desk/applications/{self.id}")
        return visitor

    def press(self, visitor: Visitor, act: str) -> None:
        """The button of a form that ends so."""
        visitor.page.click(f"main form[action$='/{act}'] button[type=submit]")
        visitor.look()

    def complete(self, login: str, action: str | None = None, record: bool = False) -> None:
        """Claim the open step and complete it."""
        visitor = self.at_desk(login)
        self.press(visitor, "claim")
        if record:
            path = self.folder / "bien-ban.pdf"
            path.write_bytes(blank_sheet("record"))
            visitor.page.set_input_files("#record-record", path)
            self.press(visitor, "record")
        if action is not None:
            visitor.page.check(f"main [name=action][value={action}]")
        self.press(visitor, "completion")

    def reload_until(self, visitor: Visitor, path: str, selector: str) -> None:
        """As somebody who waits does."""
        for _ in range(SLOW // REFRESH):
            visitor.page.goto(visitor.address(path))
            if visitor.page.locator(selector).count():
                visitor.look()
                return
            visitor.page.wait_for_timeout(REFRESH)
        raise AssertionError(f"{path} never showed {selector}")


def apply(line: Line) -> None:
    business = line.person(APPLICANT_EMAIL)
    line.id = begin(business)
    for page in PAGES:
        assert business.page.url.endswith(f"/form/{page}")
        fill(business.page, establishment_name=line.name)
        go(business)
    supply(business, line.folder)
    hand_in(business)


def examine(line: Line) -> None:
    line.press(line.at_desk("tiepnhan"), "acceptance")
    line.complete("tiepnhan")
    officer = line.at_desk("thamdinh")
    documents = officer.page.locator("section[aria-labelledby=documents] h3 a")
    for number in range(documents.count()):
        documents.nth(number).click()
        officer.look()
        officer.page.click("button[value=accepted]")
        officer.open(f"/desk/applications/{line.id}")
    line.complete("thamdinh", "pass")
    line.complete("thamdinh")
    line.complete("thamdinh", "passed", record=True)
    officer = line.at_desk("thamdinh")
    officer.page.check("[name=outcome][value=granted]")
    officer.page.fill("[name=reason] >> visible=true", "Hồ sơ hợp lệ, cơ sở đạt yêu cầu thẩm định.")
    line.press(officer, "recommendation")
    line.complete("truongphong", "agree")


def decide_and_sign(line: Line) -> None:
    approver = line.at_desk("lanhdao")
    approver.page.check("[name=outcome][value=granted]")
    line.press(approver, "decision")
    found = re.search(r"[\d.]+\.H99-\d{6}-\d{4}", approver.text())
    assert found is not None
    row = f"main input[type=checkbox][aria-label^='{found[0]},']"
    line.reload_until(approver, "/desk/signing", row)
    view(approver, row)
    approver.page.fill("#pin", approver.house.secrets.pin)
    approver.page.click("main form[action$='/sign'] button[type=submit]")
    expect(approver.page.locator("main .tag--green")).to_have_count(1, timeout=SLOW)
    approver.look()
    clerk = line.person("vanthu")
    line.reload_until(clerk, "/desk/sealing", row)
    view(clerk, row)
    clerk.page.click("main form[action*='/sealing/sign'] button[type=submit]")
    expect(clerk.page.locator("main .tag--green")).to_have_count(1, timeout=SLOW)
    clerk.look()


def view(visitor: Visitor, row: str) -> None:
    """Tick the document, look at it, go on to what will be signed."""
    visitor.page.check(row)
    for form in ("/selections", "/view"):
        visitor.page.click(f"form[action$='{form}'] button:not([name=all])")
        visitor.look()


# On a phone without scripts and at a desk with them; the other way round as well where somebody wants to look.
OTHERS = [(390, True, "en"), (1280, False, "vi")]
WALKS = [(390, False, "vi"), (1280, True, "en"), *(OTHERS if os.environ.get("ANTIN_PICTURES") else [])]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scripts", "language"), WALKS)
def test_an_application_becomes_a_licence_that_a_stranger_checks(
    visit: Visit, tmp_path: Path, width: int, scripts: bool, language: str
) -> None:
    line = Line(visit, width, scripts, language, tmp_path)
    apply(line)
    examine(line)
    decide_and_sign(line)
    business = line.person(APPLICANT_EMAIL)
    line.reload_until(business, f"/applications/{line.id}", "main a[href*='/l/']")
    code = (business.page.locator("main a[href*='/l/']").first.get_attribute("href") or "").rpartition("/")[2]
    stranger = line.stranger()
    stranger.open("/")
    stranger.page.fill("main input[type=text] >> nth=0", code.lower())
    go(stranger)
    assert line.name in stranger.text()
    assert code in stranger.page.url and stranger.page.locator(".verdict--green").count() == 1
    assert stranger.cookies() == []
