"""The agent's own page: served on loopback for one question, behind an address that opens once.

The address goes to the browser by a command line, which others on the machine may read. So it is good for one visit:
the first one gets a cookie, and without that cookie nothing is shown and nothing is taken.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jinja2

from config.languages import translated
from config.sentences import later
from config.tokens import random_bytes, random_secret
from signing.agent.consent import Asking
from signing.agent.drawing import draw_page
from signing.agent.errors import Expired, GivenUp

HERE = "127.0.0.1"
LARGEST_FORM = 4_096  # bytes
LOOK_UP = 0.05  # seconds after which it is noticed that the question is over
LAST_WORDS = 5.0  # seconds for the page that says how it ended
CSP = (
    "default-src 'none'; img-src 'self'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, the form would send the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OPENED = later(
    "This address was opened before. If that was not you, type no PIN, end the agent, and tell your administrator."
)
PAGE, DONE = "consent.html", "done.html"
Open = Callable[[str], None]


class PageWindow:
    """Asks on a page that `open` brings before the person: a browser, by the address."""

    def __init__(self, open: Open) -> None:
        self._open = open

    def ask(self, asking: Asking, seconds: float) -> None:
        """See Window."""
        server = ConsentServer(asking)
        thread = threading.Thread(target=server.serve_forever, args=(LOOK_UP,), daemon=True)
        thread.start()
        try:
            self._open(server.address)
            asking.wait(seconds)
        finally:
            if not isinstance(asking.end, GivenUp | Expired):
                server.told.wait(LAST_WORDS)
            server.shutdown()
            thread.join()
            server.server_close()


class ConsentServer(ThreadingHTTPServer):
    """One question on one port that nobody else knows."""

    daemon_threads = True  # a browser keeps connections open on which it says nothing

    def __init__(self, asking: Asking) -> None:
        super().__init__((HERE, 0), ConsentHandler)
        self.asking = asking
        self.secret, self.cookie = random_secret(), random_secret()
        self.cookie_name = f"antin-agent-{random_bytes(6).hex()}"
        self.told = threading.Event()  # the last page was sent
        self._guard = threading.Lock()
        self._opened = False

    @cached_property
    def host(self) -> str:
        """What `Host` must say."""
        return f"{HERE}:{self.server_port}"

    @property
    def address(self) -> str:
        """Where the person's browser is sent, once."""
        return f"http://{self.host}/open/{self.secret}"

    def enter(self, secret: str) -> bool:
        """Whether this is the first visit with the secret."""
        with self._guard:
            good = hmac.compare_digest(secret.encode(), self.secret.encode()) and not self._opened
            self._opened |= good
            return good

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is none."""


class ConsentHandler(BaseHTTPRequestHandler):
    """Four addresses: the one that opens once, the page, its images and files, its answer."""

    server: ConsentServer
    server_version, sys_version = "antin-agent", ""
    error_message_format, error_content_type = "%(code)d", "text/plain"
    timeout = 20  # seconds for a browser that says nothing

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: an address holds the secret."""

    def do_GET(self) -> None:
        """The page and what it shows."""
        if not self._from_here():
            return self._send(421, b"")
        if self.path.startswith("/open/"):
            return self._enter(self.path.removeprefix("/open/"))
        if not self._knows_cookie():
            return self._opened_before()
        if self.path == "/":
            return self._page(PAGE, "")
        self._file(self.path.strip("/").split("/"))

    def do_POST(self) -> None:
        """The answer: to sign with a PIN, or not."""
        if not self._from_here():
            return self._send(421, b"")
        length = self.headers.get("Content-Length", "")
        if not self._knows_cookie() or self.headers.get_all("Origin") != [f"http://{self.server.host}"]:
            return self._send(403, b"")
        if self.path != "/answer" or not length.isdecimal() or int(length) > LARGEST_FORM:
            return self._send(400, b"")
        form = parse_qs(self.rfile.read(int(length)).decode(errors="replace"), keep_blank_values=True)
        self._answer(form.get("act", [""])[-1], form.get("pin", [""])[-1])

    def _answer(self, act: str, pin: str) -> None:
        asking = self.server.asking
        if act == "decline":
            asking.decline()
            return self._page(DONE, "")
        if act != "sign" or not pin:
            return self._page(PAGE, "", 422)
        fault = asking.answer(pin)
        self._page(DONE if asking.over.is_set() else PAGE, fault, 422 if fault else 200)

    def _from_here(self) -> bool:
        """Asked by the address itself, not by a name that leads here; and by no other site's page."""
        site = self.headers.get("Sec-Fetch-Site", "none")
        entering = self.path.startswith("/open/") and self.command == "GET"  # opened from wherever the person is
        good = site in ("none", "same-origin") or entering
        return self.headers.get_all("Host") == [self.server.host] and good

    def _knows_cookie(self) -> bool:
        wanted = f"{self.server.cookie_name}={self.server.cookie}".encode()
        given = (part.strip().encode() for part in self.headers.get("Cookie", "").split(";"))
        return any(hmac.compare_digest(one, wanted) for one in given)

    def _enter(self, secret: str) -> None:
        if not self.server.enter(secret):
            return self._opened_before()
        cookie = f"{self.server.cookie_name}={self.server.cookie}; Path=/; HttpOnly; SameSite=Strict"
        self._send(303, b"", {"Location": "/", "Set-Cookie": cookie})

    def _opened_before(self) -> None:
        self._send(403, translated(OPENED, self.server.asking.language).encode())

    def _file(self, parts: list[str]) -> None:
        """`/0.pdf`, `/0/1.png`: the first document, and its first page."""
        sheets = self.server.asking.sheets
        number = parts[0].removesuffix(".pdf")
        if not number.isdecimal() or int(number) >= len(sheets):
            return self._send(404, b"")
        sheet = sheets[int(number)]
        if len(parts) == 1:
            kept = {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="document.pdf"'}
            return self._send(200, sheet.document, kept)
        page = parts[1].removesuffix(".png")
        if len(parts) != 2 or not page.isdecimal() or not 0 < int(page) <= sheet.pages:
            return self._send(404, b"")
        image = draw_page(sheet.document, int(page))
        self._send(200 if image else 404, image, {"Content-Type": "image/png"})

    def _page(self, template: str, fault: str, status: int = 200) -> None:
        asking, nonce = self.server.asking, random_secret()
        code = asking.language
        said = translated(fault, code) if fault else ""
        values = {"asking": asking, "fault": said, "nonce": nonce, "language": code}
        body = templates(code).get_template(template).render(**values)
        policy = CSP.format(nonce=nonce)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
        self._send(status, body.encode(), headers)
        if template == DONE:
            self.server.told.set()

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        given = {"Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": "default-src 'none'"}
        for name, value in (HEADERS | given | {"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def templates(code: str) -> jinja2.Environment:
    """The agent's templates, in a language."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("signing.agent"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    made.add_extension("jinja2.ext.i18n")

    def say(text: str) -> str:
        return translated(text, code)

    def by_number(one: str, many: str, number: int) -> str:
        return say(one if number == 1 else many)

    made.install_gettext_callables(say, by_number, newstyle=True)  # type: ignore[attr-defined]
    return made
