"""An official signs in a browser with their own key, by the agent on their machine: real chromium, real SoftHSM."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from licensing.demonstration.passwords import Secrets
from signing.pades.digest import signed_fields
from signing.requests.models import Role, Signature
from tests.agent.running import Agent, antin, running, write_certificate, write_key
from tests.browser.test_elsewhere import a_prepared, begin, settled, work_off
from tests.browser.visitor import House, Visitor
from tests.confirm.moved import NAME, key_in, moved
from tests.documents import PIN
from tests.journeys.office import PASSWORD, Office, an_office
from tests.pki.build import Identity
from tests.processes import Services, free_ports
from tests.signing.pades.test_tools import parts
from tests.softhsm import ABSENT, MODULE, make_softhsm

Document = dict[str, Any]
Start = Callable[..., Agent]


@pytest.fixture(scope="module")
def office(settings: Settings, services: Services) -> Iterator[Office]:
    with an_office(replace(settings, agent_port=free_ports() + 3), services) as office:
        yield office


@pytest.fixture(scope="module")
def official(office: Office) -> Identity:
    return key_in(office.services.settings.keys_folder / f"{NAME}.p12", PIN)


@pytest.fixture(autouse=True)
def in_hands(office: Office, official: Identity) -> Iterator[None]:
    with moved(office.services):
        yield


@pytest.fixture
def approver(office: Office, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    made: list[Visitor] = []
    house = House(office.address, Secrets(PASSWORD, PIN), office.services.settings.data_folder)

    def make(width: int = 1280, language: str = "vi") -> Visitor:
        made.append(Visitor(house, chromium, width, True, language))
        made[-1].sign_in("lanhdao")
        return made[-1]

    yield make
    for visitor in made:
        visitor.close()


def port_of(office: Office) -> int:
    return int(office.app.extensions["settings"].agent_port)


def pair(office: Office, visitor: Visitor, folder: Path) -> None:
    """As the page says: the person compares the two fingerprints."""
    visitor.open("/desk/signing/agent")
    command = visitor.page.locator(".command").first.inner_text()
    assert command == f"antin agent pair {office.address}"
    done = antin(*command.split()[1:], "--folder", str(folder), typed="y\n")
    assert done.returncode == 0, done.stderr
    assert visitor.page.locator(".fingerprint").inner_text() in done.stdout
    assert office.address in antin("agent", "list", "--folder", str(folder)).stdout


def consent(visitor: Visitor, agent: Agent) -> Page:
    """The window that the agent opens, as a second page of the same browser."""
    page = visitor.context.new_page()
    address = agent.opened()
    answer = page.goto(address)
    assert answer is not None
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert page.url == address.split("/open/")[0] + "/"
    return page


def press(visitor: Visitor) -> None:
    visitor.page.click("[data-agent-start]")


def shown(page: Page, visitor: Visitor) -> None:
    """Every page image is there; the window itself is looked at as any page is."""
    for image in page.locator("img").all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") > 1000
    looking = visitor.page
    visitor.page = page
    visitor.look()
    visitor.page = looking


def sealed(office: Office, document: Document) -> bytes:
    """The licence, once the clerk had it sealed."""
    story = office.story()
    story._settle = lambda: work_off(office)
    story.seal(document)

    def made() -> bytes | None:
        with office.unit.begin(SYSTEM) as work:
            query = select(Signature.result_sha256).where(
                Signature.request_id == document["id"], Signature.role == Role.SEAL
            )
            digest = work.session.scalar(query)
        return office.unit.tools[Storage].get(digest) if digest else None

    return bytes(story.until("the seal", made))


def others_agree(office: Office, document: Document, folder: Path) -> None:
    """pdfsig and openssl find the official's signature and the seal valid."""
    pdf, root = folder / "licence.pdf", office.services.settings.trust_folder / "root.pem"
    pdf.write_bytes(sealed(office, document))
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not here: apt-get install poppler-utils")
    said = subprocess.run(["pdfsig", str(pdf)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == 2, said
    for field in signed_fields(pdf.read_bytes())[:2]:
        covered, signature = parts(pdf, field)
        asked = ["-in", str(signature), "-content", str(covered), "-CAfile", str(root), "-out", "/dev/null"]
        command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", *asked]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
        assert "CAdES Verification successful" in said, said


@pytest.mark.skipif(MODULE is None, reason=ABSENT)
def test_with_a_key_in_a_token(
    office: Office, official: Identity, approver: Callable[..., Visitor], tmp_path: Path
) -> None:
    (tmp_path / "hsm").mkdir()
    hsm = make_softhsm(tmp_path / "hsm")
    hsm.add_token("lanhdao", "135790")
    hsm.put("lanhdao", "135790", official, "sign", "a1")
    options = ["--module", str(hsm.module), "--token", "lanhdao", "--label", "sign"]
    documents = [a_prepared(office), a_prepared(office)]
    visitor = approver()
    pair(office, visitor, tmp_path)
    options += write_certificate(tmp_path, official)
    with running(tmp_path, port_of(office), options, hsm.environment()) as agent:
        begin(visitor, *documents)
        press(visitor)
        page = consent(visitor, agent)
        assert office.address in page.inner_text("main")
        shown(page, visitor)
        page.fill("#pin", "000000")
        page.click("button[value=sign]")
        expect(page.locator(".fault")).to_have_count(1)
        shown(page, visitor)
        page.fill("#pin", "135790")
        page.click("button[value=sign]")
        expect(page.locator("form")).to_have_count(0)
        shown(page, visitor)
        expect(visitor.page.locator(".tag--green")).to_have_count(2)
        visitor.look()
        assert visitor.page.locator("[data-agent-port]").count() == 0
    for document in documents:
        assert settled(office, document)
    others_agree(office, documents[0], tmp_path)


def test_with_a_key_in_a_file_on_a_small_screen_in_english(
    office: Office, official: Identity, approver: Callable[..., Visitor], tmp_path: Path
) -> None:
    document = a_prepared(office)
    visitor = approver(390, "en")
    pair(office, visitor, tmp_path)
    with running(tmp_path, port_of(office), write_key(tmp_path, official, "own-pin")) as agent:
        begin(visitor, document)
        visitor.look()
        press(visitor)
        page = consent(visitor, agent)
        shown(page, visitor)
        page.click("button[value=decline]")
        expect(visitor.page.locator("[role=status]", has_text="You did not sign")).to_have_count(1)
        visitor.look()
        press(visitor)
        agent.opened()
        visitor.page.click("[data-agent-stop]")
        expect(visitor.page.locator("[role=status]", has_text="Nothing was signed")).to_have_count(1)
        expect(visitor.page.locator("[data-agent-stop]")).to_be_hidden()
        press(visitor)
        page = consent(visitor, agent)
        page.fill("#pin", "own-pin")
        page.click("button[value=sign]")
        expect(visitor.page.locator(".tag--green")).to_have_count(1)
        visitor.look()
    assert settled(office, document)


def test_one_that_is_not_running_or_not_paired_is_told_in_words(
    office: Office, official: Identity, approver: Callable[..., Visitor], tmp_path: Path
) -> None:
    document = a_prepared(office)
    visitor = approver(390, "vi")
    begin(visitor, document)
    press(visitor)
    told = visitor.page.locator("[role=status] a")
    expect(told).to_have_count(1)
    with running(tmp_path, port_of(office), write_key(tmp_path, official, "own-pin")) as agent:
        press(visitor)
        expect(told).to_have_count(1)
        assert f"'{office.address}' is not paired" in agent.said
    visitor.faults = [fault for fault in visitor.faults if "WebSocket" not in fault]
    visitor.look()
    told.click()
    expect(visitor.page.locator(".fingerprint")).to_have_count(1)
    visitor.look()


def test_the_page_works_by_hand_without_scripts(office: Office, chromium: Browser) -> None:
    house = House(office.address, Secrets(PASSWORD, PIN), office.services.settings.data_folder)
    visitor = Visitor(house, chromium, 1280, False, "vi")
    visitor.sign_in("lanhdao")
    begin(visitor, a_prepared(office))
    assert not visitor.page.locator("[data-agent-port]").is_visible()
    assert visitor.page.locator("input[type=file]").is_visible()
    visitor.close()


def test_only_the_page_of_sessions_may_reach_the_agent(office: Office, approver: Callable[..., Visitor]) -> None:
    visitor = approver()
    begin(visitor, a_prepared(office))
    answer = visitor.page.reload()
    assert answer is not None
    assert f"connect-src 'self' ws://127.0.0.1:{port_of(office)};" in answer.headers["content-security-policy"]
    for path in ("/desk/signing", "/desk/signing/agent", "/"):
        assert "connect-src 'self';" in visitor.open(path).headers["content-security-policy"]


def ask_for_request(visitor: Visitor, **changes: str) -> Any:
    """What the script of the page asks, for the first session on it."""
    page = visitor.page
    form = {
        "csrf_token": page.locator("[data-agent-port] [name=csrf_token]").get_attribute("value") or "",
        "session": page.locator("form[data-session]").first.get_attribute("data-session") or "",
        "verb": "approve",
        "agent": "a" * 43,
        "nonce": "n" * 43,
    }
    address = f"{visitor.house.address}/desk/signing/agent"
    headers = {"Origin": visitor.house.address}
    return visitor.context.request.post(address, form={**form, **changes}, headers=headers)


def test_what_the_page_asks_of_the_site(office: Office, approver: Callable[..., Visitor]) -> None:
    visitor = approver()
    begin(visitor, a_prepared(office))
    assert len(ask_for_request(visitor).json()["requests"]) == 1
    for changes, code in (
        ({"verb": "issue"}, "verb-not-served"),
        ({"agent": "x"}, "agent-request-malformed"),
        ({"session": "00000000-0000-4000-8000-000000000000"}, "signing-session-not-found"),
    ):
        answer = ask_for_request(visitor, **changes).json()
        assert (answer["requests"], answer["refused"][0]["code"]) == ([], code)
    assert "chữ ký" in ask_for_request(visitor, verb="issue").json()["refused"][0]["detail"].lower()
    assert ask_for_request(visitor, csrf_token="").status == 403


def test_what_the_agent_asks_of_the_site(office: Office, approver: Callable[..., Visitor]) -> None:
    visitor = approver()
    begin(visitor, a_prepared(office))
    request = ask_for_request(visitor).json()["requests"][0]["request"]
    site = visitor.context.request
    key = site.get(f"{office.address}/.well-known/antin-agent.json")
    assert (key.status, key.headers["cache-control"]) == (200, "no-store")
    assert key.json()["verbs"] == ["approve"]
    assert sorted(key.json()["not_served"]) == ["appendix", "copy", "incoming", "issue"]
    address = f"{office.address}/v1/agent-documents"
    fetched = site.post(address, data={"request": request}, headers={"Cookie": ""})
    assert (fetched.status, fetched.body()[:5]) == (200, b"%PDF-")
    for wrong in (request[:-1], "a.b.c-------------"):
        answer = site.post(address, data={"request": wrong}, headers={"Cookie": ""})
        assert (answer.status, "agent-request-invalid" in answer.text()) == (403, True)
