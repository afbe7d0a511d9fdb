"""`make pictures`: pictures for the README, from a fresh demonstration, each small enough to be looked at anywhere.

`python -m tests.browser.pictures [FOLDER]`; a page that is not there is told, and makes the exit 1.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from licensing.demonstration.client import ApiRefused, Caller
from licensing.demonstration.passwords import secrets_of
from licensing.demonstration.run import served
from tests.browser.conftest import CHROMIUM
from tests.browser.visitor import House

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 200_000  # bytes of one picture
COLOURS = (256, 128, 64, 32)
PATIENCE = 120.0  # seconds until the licence of the business is published
BUSINESS = "doanhnghiep@vidu.example"


@dataclass(frozen=True)
class Shot:
    """A page of the README: who sees it, where, how wide."""

    name: str
    login: str | None
    path: Callable[[Shown], str]
    width: int = 1280
    height: int = 900


@dataclass(frozen=True)
class Shown:
    """What the pictures are of: the business's licence, and an application that is being examined."""

    house: House
    code: str
    application: str


SHOTS = (
    Shot("verification", None, lambda shown: f"/l/{shown.code}", 390, 844),
    Shot("progress", BUSINESS, lambda shown: f"/applications/{shown.application}", 390, 1400),
    Shot("worklist", "thamdinh", lambda shown: "/desk"),
)


def take_pictures(folder: Path) -> list[str]:
    """Serve, look, stop; the names of pages that were not there."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="antin-") as data,
        served(Path(data), lambda line: None, whole=True) as address,
        sync_playwright() as playwright,
    ):
        shown = _shown(House(address, secrets_of(Path(data)), Path(data)))
        keep(folder / "licence.png", _licence(address, shown.code))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        missing = [shot.name for shot in SHOTS if not _take(browser, shown, shot, folder)]
        browser.close()
    return missing


def _shown(house: House) -> Shown:
    caller = Caller(house.address)
    caller.sign_in(BUSINESS, house.secrets.password)
    own: list[dict[str, Any]] = caller.get("/v1/applications")["items"]
    examined = next(str(item["id"]) for item in own if item["status"] == "under_review")
    deadline = time.monotonic() + PATIENCE
    while (code := next(_codes(caller, own), None)) is None:
        if time.monotonic() > deadline:
            raise TimeoutError("The licence was not published.")
        Event().wait(0.5)
    return Shown(house, code, examined)


def _codes(caller: Caller, own: list[dict[str, Any]]) -> Iterator[str]:
    """The register codes of published licences of one's own."""
    for item in own:
        try:
            code = str(caller.get(f"/v1/applications/{item['id']}/licence")["register_code"])
            caller.send("GET", f"/v1/licences/{code}/document")
        except ApiRefused:
            continue
        yield code


def _licence(address: str, code: str) -> Image.Image:
    """The first page of the published file."""
    content, _ = Caller(address).send("GET", f"/v1/licences/{code}/document")
    document = pypdfium2.PdfDocument(content)
    document.init_forms()  # signatures and seals show in fields of a form
    picture: Image.Image = document[0].render(scale=1.5, may_draw_forms=True).to_pil()
    return picture


def _take(browser: Browser, shown: Shown, shot: Shot, folder: Path) -> bool:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        device_scale_factor=2 if shot.width < 500 else 1,
        locale="vi-VN",
        extra_http_headers={"Accept-Language": "vi"},
    )
    house = shown.house
    if shot.login:
        said = {"login": shot.login, "password": house.secrets.password}
        context.request.post(f"{house.address}/v1/session", data=said, headers={"Origin": house.address})
    page = context.new_page()
    answer = page.goto(house.address + shot.path(shown))
    found = answer is not None and answer.ok and page.locator("h1").count() == 1
    if found:
        page.evaluate("document.fonts.ready")
        keep(folder / f"{shot.name}.png", Image.open(BytesIO(page.screenshot())))
    context.close()
    return found


def keep(path: Path, picture: Image.Image) -> None:
    """As PNG with a palette, with as many colours as fit into the limit."""
    for colours in COLOURS:
        out = BytesIO()
        picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    path.write_bytes(out.getvalue())


def main(arguments: list[str]) -> int:
    """Exit 1 when a page is not there."""
    if CHROMIUM is None:
        sys.stderr.write("chromium is not here: apt-get install chromium-headless-shell\n")
        return 1
    folder = Path(arguments[0]) if arguments else FOLDER
    missing = take_pictures(folder)
    for path in sorted(folder.glob("*.png")):
        sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")
    for name in missing:
        sys.stderr.write(f"There is no page for the picture {name}.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
