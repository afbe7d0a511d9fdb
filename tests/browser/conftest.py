"""A whole installation with invented data, and real browsers in front of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from licensing.demonstration.passwords import secrets_of
from licensing.demonstration.run import served
from licensing.demonstration.walk import Outcome, Walk
from tests.browser.visitor import House, Visitor
from tests.processes import free_ports
from tests.uncovered import uncovered

# The first draws the same pages without a window around them, at half the cost.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """An installation with the demonstration's people, for all browser tests together."""
    with (
        tempfile.TemporaryDirectory(prefix="antin-") as folder,
        uncovered(served(Path(folder), lambda line: None, port=free_ports())) as address,
    ):
        yield House(address, secrets_of(Path(folder)), Path(folder))


@pytest.fixture(scope="session")
def licence(house: House) -> Outcome:
    """A licence that was really applied for, decided, signed, sealed and published."""
    return Walk(house.address, house.secrets, lambda line: None).issue()


@pytest.fixture(scope="session")
def furnished() -> Iterator[House]:
    """As `make run` starts it, with applications in all states; some licences may still be on their way."""
    with (
        tempfile.TemporaryDirectory(prefix="antin-") as folder,
        uncovered(served(Path(folder), lambda line: None, whole=True, port=free_ports())) as address,
    ):
        yield House(address, secrets_of(Path(folder)), Path(folder))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, without its sandbox only because containers often forbid it.

    One for each file: while Playwright is there, its event loop runs in this thread, and nobody else's could.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not here: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(house: House, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visit(width=390, scripts=False, language="en", login="thamdinh")`: a browser of somebody, with checks."""
    made: list[Visitor] = []

    def make(*, width: int = 1280, scripts: bool = True, language: str = "vi", login: str | None = None) -> Visitor:
        visitor = Visitor(house, chromium, width, scripts, language)
        made.append(visitor)
        if login is not None:
            visitor.sign_in(login)
        return visitor

    yield make
    for visitor in made:
        visitor.close()
