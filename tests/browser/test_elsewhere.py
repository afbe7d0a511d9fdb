"""Sign in a browser with a key that is elsewhere: on a telephone with a code to compare, or by one's own program."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from config.settings import Settings
from licensing.demonstration.passwords import Secrets
from tests.browser.visitor import House, Visitor
from tests.confirm.moved import NAME, key_in, moved, signature_by
from tests.confirm.server import ConfirmService, confirming
from tests.documents import PIN
from tests.journeys.office import PASSWORD, Office, an_office
from tests.pki.build import Identity, pki
from tests.processes import Services

Document = dict[str, Any]
SCREENS = pytest.mark.parametrize(("width", "language"), [(390, "vi"), (1280, "en")])


@pytest.fixture(scope="module")
def office(settings: Settings, services: Services) -> Iterator[Office]:
    with an_office(settings, services) as office:
        yield office


@pytest.fixture(scope="module")
def official(office: Office) -> Identity:
    return key_in(office.services.settings.keys_folder / f"{NAME}.p12", PIN)


@pytest.fixture
def in_hands(office: Office, official: Identity) -> Iterator[None]:
    with moved(office.services):
        yield


@pytest.fixture
def phone(office: Office, official: Identity) -> Iterator[ConfirmService]:
    with confirming(official, pki().deputy) as service, moved(office.services, service.address):
        yield service


@pytest.fixture
def approver(office: Office, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """`approver(width, language, scripts)`: the official who signs, in a browser."""
    made: list[Visitor] = []
    house = House(office.address, Secrets(PASSWORD, PIN), office.services.settings.data_folder)

    def make(width: int = 1280, language: str = "vi", scripts: bool = True) -> Visitor:
        made.append(Visitor(house, chromium, width, scripts, language))
        made[-1].sign_in("lanhdao")
        return made[-1]

    yield make
    for visitor in made:
        visitor.close()


def work_off(office: Office) -> None:
    """Run the jobs in a thread of their own: in this one the browser's event loop runs."""
    thread = threading.Thread(target=office.work_off)
    thread.start()
    thread.join()


def a_prepared(office: Office) -> Document:
    """A licence that waits for its signature."""
    story = office.story()
    story._settle = lambda: work_off(office)
    return story.decided().to_sign()


def begin(visitor: Visitor, *documents: Document) -> None:
    """Tick, look at each, and begin to sign."""
    visitor.open("/desk/signing")
    for document in documents:
        visitor.page.check(f"#tick-{document['id']}")
    visitor.page.click("form[action$='/selections'] button")
    for _ in documents:
        visitor.page.click("form[action*='/view'] button")
    assert visitor.page.locator("#pin").count() == 0
    visitor.look()
    visitor.page.click("form[action*='/sessions'] button")
    visitor.page.wait_for_url("**/desk/signing/sessions?*")


@SCREENS
def test_confirmed_on_the_telephone(
    office: Office, approver: Callable[..., Visitor], phone: ConfirmService, width: int, language: str
) -> None:
    document = a_prepared(office)
    visitor = approver(width, language)
    begin(visitor, document)
    visitor.look()
    work_off(office)
    visitor.open(f"/desk/signing/sessions?document={document['id']}")
    code = visitor.page.locator(".code").inner_text()
    assert phone.asked.words.startswith(code)
    phone.confirm()
    assert settled(office, document)
    expect(visitor.page.locator(".tag--green")).to_have_count(1)  # it asked again by itself
    visitor.look()
    visitor.page.click("main a[href*='/results']")
    expect(visitor.page.locator("tbody .tag--green")).to_have_count(1)


def settled(office: Office, document: Document) -> bool:
    """Run the job that comes back, until the document has its signature; the page asks again by itself."""
    story = office.story()
    story._settle = lambda: work_off(office)
    signed = lambda: [  # noqa: E731
        item
        for item in story.by("vanthu").get("/v1/signing-requests?state=signed")["items"]
        if item["id"] == document["id"]
    ]
    return bool(story.until("signed", signed))


@SCREENS
def test_refused_on_the_telephone_and_begun_again(
    office: Office, approver: Callable[..., Visitor], phone: ConfirmService, width: int, language: str
) -> None:
    document = a_prepared(office)
    visitor = approver(width, language, scripts=width == 390)
    begin(visitor, document)
    work_off(office)
    phone.refuse()
    again = visitor.page.locator("form[action$='/sessions'] button")
    story = office.story()
    story._settle = lambda: work_off(office)

    def ended() -> bool:
        visitor.page.click("main p > a[href*='/sessions']") if visitor.page.locator(".code").count() else None
        return again.count() == 1

    story.until("the job asked again", ended)
    visitor.look()
    again.click()
    work_off(office)
    visitor.page.wait_for_selector(".code")
    visitor.page.click("form[action*='/release'] button")
    visitor.page.wait_for_selector("form[action$='/sessions'] button")
    visitor.look()


@SCREENS
def test_signed_by_hand(
    office: Office,
    official: Identity,
    approver: Callable[..., Visitor],
    in_hands: None,
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    documents = [a_prepared(office), a_prepared(office)]
    visitor = approver(width, language, scripts=width == 1280)
    begin(visitor, *documents)
    visitor.look()
    file = tmp_path / "signature.bin"
    panel = visitor.page.locator("section.panel", has=visitor.page.locator("input[type=file]")).first
    panel.locator("form[action*='/value'] button").click()  # no file
    visitor.page.wait_for_selector(".notice--error")
    visitor.look()
    file.write_bytes(b"garbage")
    panel.locator("input[type=file]").set_input_files(file)
    panel.locator("form[action*='/value'] button").click()
    visitor.page.wait_for_selector(".notice--error")
    visitor.look()
    for _ in documents:
        panel = visitor.page.locator("section.panel", has=visitor.page.locator("input[type=file]")).first
        with visitor.page.expect_download() as download:
            panel.locator("a[download]").click()
        assert download.value.suggested_filename == "attributes.der"
        file.write_bytes(signature_by(official, Path(download.value.path()).read_bytes()))
        panel.locator("input[type=file]").set_input_files(file)
        before = visitor.page.locator(".tag--green").count()
        panel.locator("form[action*='/value'] button").click()
        expect(visitor.page.locator(".tag--green")).to_have_count(before + 1)
    assert visitor.page.locator(".notice--error").count() == 0
    visitor.look()
    for document in documents:
        assert settled(office, document)
