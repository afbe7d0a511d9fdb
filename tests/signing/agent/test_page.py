"""The agent's own page: one visit, one browser, this machine's address, and a PIN that goes nowhere."""

from __future__ import annotations

import http.client
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest

from signing.agent.act import signed_with
from signing.agent.consent import Asking, Sheet
from signing.agent.drawing import count_pages, draw_page
from signing.agent.errors import Declined, DocumentUnreadable, Expired, GivenUp, WrongPinTooOften
from signing.agent.keys import OwnKey
from signing.agent.page import PageWindow
from signing.agent_requests.claims import AgentRequest
from signing.pades.prepare import PreparedRevision
from tests.agent.installation import Installation
from tests.pki.build import PIN


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str


class Browser:
    """Asks like one, with as much or as little as the test says."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.entry = parts.netloc, parts.path
        self.cookie = ""

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        given = {"Host": self.host} | ({"Cookie": self.cookie} if self.cookie else {})
        if body is not None:
            given |= {"Origin": f"http://{self.host}", "Content-Type": "application/x-www-form-urlencoded"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {name: value for name, value in given.items() if value})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))
        finally:
            connection.close()

    def enter(self) -> Answer:
        answer = self.ask("GET", self.entry)
        self.cookie = answer.headers.get("Set-Cookie", "").split(";")[0]
        return answer

    def answer(self, **fields: str) -> Answer:
        return self.ask("POST", "/answer", urlencode(fields))


@dataclass
class Question:
    """A question in its window, and how it ended."""

    asking: Asking
    browser: Browser
    thread: threading.Thread
    ended: queue.Queue[Exception | None]

    def end(self) -> Exception | None:
        self.thread.join(20)
        return self.ended.get(timeout=10)


@pytest.fixture
def request_said(installation: Installation, prepared: PreparedRevision) -> AgentRequest:
    return installation.said(prepared, "a" * 43, "n" * 43)


@pytest.fixture
def question(key: OwnKey, prepared: PreparedRevision, request_said: AgentRequest) -> Iterator[Question]:
    sheet = Sheet(request_said, prepared.revision, 1, prepared.attributes)

    def use(pin: str) -> None:
        signed_with(key, pin, [(0, sheet)])

    asking = Asking([sheet], "https://here.example", key.holder, "vi", use)
    opened: queue.Queue[str] = queue.Queue()
    ended: queue.Queue[Exception | None] = queue.Queue()

    def run() -> None:
        try:
            PageWindow(opened.put).ask(asking, 60)
            ended.put(None)
        except Exception as error:
            ended.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield Question(asking, Browser(opened.get(timeout=10)), thread, ended)
    asking.give_up()
    thread.join(20)


def test_a_person_looks_and_signs(question: Question) -> None:
    browser = question.browser
    entered = browser.enter()
    assert (entered.status, entered.headers["Location"]) == (303, "/")
    assert "HttpOnly" in entered.headers["Set-Cookie"]
    assert "SameSite=Strict" in entered.headers["Set-Cookie"]
    page = browser.ask("GET", "/")
    assert page.status == 200
    assert "Giấy chứng nhận số 1" in page.body
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert browser.ask("GET", "/0/1.png").status == 200
    pdf = browser.ask("GET", "/0.pdf")
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    signed = browser.answer(act="sign", pin=PIN)
    assert (signed.status, "Đã ký" in signed.body) == (200, True)
    assert question.end() is None


def test_the_address_opens_once_and_then_only_for_the_browser_that_opened_it(question: Question) -> None:
    first, second = question.browser, Browser(f"http://{question.browser.host}{question.browser.entry}")
    assert first.enter().status == 303
    told = second.enter()
    assert (told.status, "đã được mở trước đó" in told.body) == (403, True)
    for path in ("/", "/0/1.png", "/0.pdf", "/open/guessed"):
        assert second.ask("GET", path).status == 403
    assert second.answer(act="sign", pin=PIN).status == 403
    second.cookie = first.cookie.split("=")[0] + "=guessed"
    assert second.ask("GET", "/").status == 403
    assert first.ask("GET", "/").status == 200
    assert not question.asking.over.is_set()


def test_a_name_that_leads_here_and_other_sites_get_nothing(question: Question) -> None:
    browser = question.browser
    port = browser.host.split(":")[1]
    for host in (f"localhost:{port}", f"evil.example:{port}", "127.0.0.1"):
        assert browser.ask("GET", browser.entry, Host=host).status == 421
    browser.enter()
    assert browser.ask("GET", "/", Host=f"evil.example:{port}").status == 421
    assert browser.ask("GET", "/", Sec_Fetch_Site="cross-site").status == 421
    for origin in ("null", "https://evil.example", f"http://localhost:{port}", ""):
        answer = browser.ask("POST", "/answer", urlencode({"act": "sign", "pin": PIN}), Origin=origin)
        assert answer.status == 403, origin
    assert not question.asking.over.is_set()


def test_what_is_no_answer_changes_nothing(question: Question) -> None:
    browser = question.browser
    browser.enter()
    assert browser.answer(act="sign", pin="").status == 422
    assert browser.answer(act="", pin=PIN).status == 422
    assert browser.ask("POST", "/other", "act=sign").status == 400
    assert browser.ask("POST", "/answer", "pin=" + "1" * 5000).status == 400
    assert browser.ask("DELETE", "/<b>").body == "501"
    for path in ("/1.pdf", "/0/2.png", "/0/0.png", "/0/1.png/x", "/../x", "/0/-1.png", "/x"):
        assert browser.ask("GET", path).status == 404, path
    assert (question.asking.tries, question.asking.over.is_set()) == (0, False)


def test_a_wrong_pin_is_told_and_never_shown_again(question: Question) -> None:
    browser = question.browser
    browser.enter()
    for _ in range(2):
        wrong = browser.answer(act="sign", pin="wrong-pin-here")
        assert wrong.status == 422
        assert "Mã PIN không đúng" in wrong.body
        assert "wrong-pin-here" not in wrong.body
    assert browser.answer(act="sign", pin="wrong").status == 422
    assert isinstance(question.end(), WrongPinTooOften)


def test_not_to_sign(question: Question) -> None:
    question.browser.enter()
    declined = question.browser.answer(act="decline", pin=PIN)
    assert (declined.status, "Chưa ký" in declined.body) == (200, True)
    assert isinstance(question.end(), Declined)


def test_a_question_that_nobody_waits_for_is_closed(question: Question) -> None:
    question.browser.enter()
    question.asking.give_up()
    assert isinstance(question.end(), GivenUp)
    with pytest.raises(OSError, match="refused"):
        question.browser.ask("GET", "/")


def test_a_question_without_an_answer_ends(key: OwnKey) -> None:
    asking = Asking([], "https://here.example", key.holder, "vi", lambda pin: None)
    with pytest.raises(Expired):
        PageWindow(lambda address: None).ask(asking, 0.05)


def test_what_is_no_document_is_not_drawn(prepared: PreparedRevision) -> None:
    assert count_pages(prepared.revision) == 1
    assert draw_page(prepared.revision, 1).startswith(b"\x89PNG")
    assert draw_page(prepared.revision, 2) == b""
    for document in (b"", b"%PDF-1.7", b"GIF89a"):
        with pytest.raises(DocumentUnreadable):
            count_pages(document)
