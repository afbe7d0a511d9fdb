"""Somebody with a browser: opens pages, and looks at each for what no page may have.

No violation of WCAG that axe knows, nothing that scrolls sideways, no error in the console, no text under 16 px.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page, Response

from licensing.accounts.secret_texts import digest_of
from licensing.demonstration.passwords import Secrets

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HAS_AXE = "typeof axe !== 'undefined'"
RUN_AXE = """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ['violations']}))
  .violations.map(v => v.id + ': ' + v.nodes[0].html)"""
SMALL_TEXT = """() => [...document.querySelectorAll('body *')].filter(e =>
  e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) &&
  parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML.slice(0, 120))"""
# What a page is, but for what differs each time: tokens, ids and digests.
MARKUP = """() => document.documentElement.outerHTML
  .replace(/(value|nonce)="[^"]{16,}"/g, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}/g, '')"""
HEIGHTS = {390: 700, 1280: 900}
examined: set[tuple[int, str]] = set()  # widths and pages that axe has found nothing on, in this process


@dataclass(frozen=True)
class House:
    """A running installation: its address, the secrets of its invented people, its data folder."""

    address: str
    secrets: Secrets
    folder: Path


class Visitor:
    """One browser context; `page` is its tab."""

    def __init__(self, house: House, browser: Browser, width: int, scripts: bool, language: str) -> None:
        self.house, self.width, self.scripts, self.language = house, width, scripts, language
        size = {"width": width, "height": HEIGHTS.get(width, 900)}
        phone = width < 500
        self.context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]  # a plain dict of the two numbers
            java_script_enabled=scripts,
            is_mobile=phone,
            has_touch=phone,
            locale="vi-VN" if language == "vi" else "en-GB",
        )
        self.context.set_default_timeout(15_000)
        self.faults: list[str] = []
        self.page: Page = self._watched(self.context.new_page())

    def _watched(self, page: Page) -> Page:
        page.on("console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def sign_in(self, login: str) -> None:
        """As this person of the demonstration, with the cookie that the API gives."""
        answer = self.context.request.post(
            f"{self.house.address}/v1/session",
            data={"login": login, "password": self.house.secrets.password},
            headers={"Origin": self.house.address},
        )
        assert answer.status == 201, answer.text()

    def address(self, path: str) -> str:
        """The full address of a page in this visitor's language."""
        return self.house.address + ("/en" if self.language == "en" else "") + path

    def open(self, path: str, expect: int = 200) -> Response:
        """Go to a page by its path without the language's prefix, and look at it."""
        response = self.page.goto(self.address(path))
        assert response is not None
        assert response.status == expect, f"{path}: {response.status}"
        self.look(refused=expect >= 400)
        return response

    def look(self, *, refused: bool = False) -> None:
        """What holds for every page and every state of it; `refused`: the page came with a status of refusal."""
        self.page.wait_for_load_state()  # what was pressed may still be on its way: nobody looks at half a page
        self.keep_picture()
        if self.scripts:
            self._examine()
        self.page.title()  # what the console said until now has come when this is answered
        if refused:  # the browser itself notes the status as an error
            self.faults = [fault for fault in self.faults if "Failed to load resource" not in fault]
        assert self.faults == [], self.faults

    def _examine(self) -> None:
        """What scripts can find out."""
        page = self.width, str(self.page.evaluate(MARKUP))
        if page not in examined and os.environ.get("ANTIN_LOOK") != "fast":
            if not self.page.evaluate(HAS_AXE):
                self.page.evaluate(AXE.read_text(encoding="utf-8"))
            found = self.page.evaluate(RUN_AXE, STANDARDS)
            assert found == [], f"{self.page.url}: {found}"
            examined.add(page)
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{self.page.url} scrolls sideways by {over} px at {self.width} px"
        small = self.page.evaluate(SMALL_TEXT)
        assert small == [], f"{self.page.url}: {small}"

    def keep_picture(self) -> None:
        """A picture of every look, for people, where ANTIN_PICTURES names a folder."""
        if folder := os.environ.get("ANTIN_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            number = len(list(Path(folder).iterdir()))
            name = self.page.url.removeprefix(self.house.address).split("?")[0].strip("/").replace("/", "_") or "front"
            process = os.environ.get("PYTEST_XDIST_WORKER", "")  # two would give the same number
            path = Path(folder) / f"{number:03d}{process}-{name[:60]}-{self.width}.png"
            self.page.screenshot(path=path, full_page=True)

    def outlive_session(self) -> None:
        """This browser was not used for longer than a session lasts."""
        (cookie,) = [item["value"] for item in self.cookies() if item["name"] == "antin"]
        owner = f"host={self.house.folder}/postgres/run user=antin dbname=antin"
        with psycopg.connect(owner) as connection:
            changed = connection.execute(
                "UPDATE sign_in_sessions SET seen_at = seen_at - interval '1 hour' WHERE secret_sha256 = %s",
                [digest_of(cookie)],
            )
            assert changed.rowcount == 1

    def text(self) -> str:
        """What the main part says."""
        return self.page.inner_text("main")

    def cookies(self) -> list[Any]:
        """The cookies of this browser."""
        return list(self.context.cookies())

    def close(self) -> None:
        self.context.close()
