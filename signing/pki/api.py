"""The built-in authority over HTTP, as two WSGI applications: the TSA, and the responder for OCSP and lists.

They are no part of the service's web pages: each runs in a process of its own, on the loopback address.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from config.clock import Clock
from signing.pki.built_in import BuiltInAuthority
from signing.pki.errors import KeyFolderUnusable
from signing.pki.former import former_lists
from signing.pki.lists import Lists
from signing.pki.ocsp import Reply
from signing.pki.revoked import RevocationRegister

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_REQUEST = 16_384  # bytes; a real request has some hundred
KEEP = timedelta(minutes=5)  # how long caches may keep what a revocation can change at any moment
NOT_KEPT = (("Cache-Control", "no-store"),)


@dataclass(frozen=True)
class Answer:
    """One answer: status line, media type, body, and the other headers."""

    status: str
    kind: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = NOT_KEPT


Route = Callable[["WSGIEnvironment"], Answer]

READY = Answer("200 OK", "text/plain", b"ready\n")


class Stamps(Protocol):
    """Whoever answers time-stamp requests."""

    def answer(self, request_der: bytes) -> bytes:
        """The DER answer to a DER request."""
        ...


class Answers(Protocol):
    """Whoever answers OCSP requests."""

    def reply(self, request_der: bytes, at: datetime) -> Reply:
        """The answer to a request as of `at`."""
        ...


def tsa_application(tsa: Stamps) -> "WSGIApplication":
    """POST /tsa a time-stamp request, GET /healthz (RFC 3161, 3.4)."""

    def stamp(environ: "WSGIEnvironment") -> Answer:
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip() != "application/timestamp-query":
            return _plain("415 Unsupported Media Type")
        body = _body(environ)
        if body is None:
            return _plain("413 Content Too Large")
        return Answer("200 OK", "application/timestamp-reply", tsa.answer(body))

    return _application({("POST", "/tsa"): stamp})


def responder_application(
    built_in: BuiltInAuthority,
    ocsp: Answers,
    register: RevocationRegister,
    clock: Clock,
    lists: Lists | None = None,
) -> "WSGIApplication":
    """POST or GET /ocsp (RFC 6960, A.1), GET /crl/issuing.crl and /crl/root.crl, GET /healthz."""
    authorities = {one.name: one for one in (built_in.issuing, built_in.root)}
    published = lists or Lists(authorities, register, clock)

    def ask(environ: "WSGIEnvironment") -> Answer:
        body = _body(environ)
        if body is None:
            return _plain("413 Content Too Large")
        return Answer("200 OK", "application/ocsp-response", ocsp.reply(body, clock.now()).content)

    def ask_by_address(environ: "WSGIEnvironment") -> Answer:
        text = unquote(environ["PATH_INFO"].removeprefix("/ocsp/"))
        if len(text) > MAX_REQUEST:
            return _plain("413 Content Too Large")
        try:
            request = base64.b64decode(text, validate=True)
        except ValueError:
            return _plain("400 Bad Request")
        now = clock.now()
        reply = ocsp.reply(request, now)
        headers = _kept(reply.content, now, reply.until, now) if reply.until else NOT_KEPT
        return Answer("200 OK", "application/ocsp-response", reply.content, headers)

    def crl(name: str) -> Route:
        return lambda environ: _list(published, name, environ, clock.now())

    def former(environ: "WSGIEnvironment") -> Answer:
        found = former_lists(built_in.folder).get(environ["PATH_INFO"].removeprefix("/crl/").removesuffix(".crl"))
        return Answer("200 OK", "application/pkix-crl", found) if found else _plain("404 Not Found")

    routes = {("GET", f"/crl/{name}.crl"): crl(name) for name in authorities}
    others = {("POST", "/ocsp"): ask, ("GET", "/ocsp/"): ask_by_address, ("GET", "/crl/"): former}
    return _application(others | routes)


def _list(published: Lists, name: str, environ: "WSGIEnvironment", now: datetime) -> Answer:
    """A list; whoever says `no-cache` gets one of this second, for evidence must be newer than what it is about."""
    try:
        found = published.current(name, fresh="no-cache" in environ.get("HTTP_CACHE_CONTROL", ""))
    except KeyFolderUnusable:
        return _plain("503 Service Unavailable")
    if found is None:
        return _plain("404 Not Found")
    headers = _kept(found.der, found.since, found.until, now)
    if environ.get("HTTP_IF_NONE_MATCH") == dict(headers)["ETag"]:
        return Answer("304 Not Modified", "application/pkix-crl", b"", headers)
    return Answer("200 OK", "application/pkix-crl", found.der, headers)


def _kept(body: bytes, since: datetime, until: datetime, now: datetime) -> tuple[tuple[str, str], ...]:
    """What a cache needs to know: for a few minutes, and never beyond the end (RFC 5019, 6.2)."""
    seconds = max(0, int(min(KEEP, until - now).total_seconds()))
    return (
        ("Cache-Control", f"max-age={seconds}, public, no-transform, must-revalidate"),
        ("Last-Modified", format_datetime(since.replace(microsecond=0), usegmt=True)),
        ("Expires", format_datetime((now + timedelta(seconds=seconds)).replace(microsecond=0), usegmt=True)),
        ("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"'),
    )


def _application(routes: dict[tuple[str, str], Route]) -> "WSGIApplication":
    """Exact paths, but a path that ends in a slash also takes everything below it."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        below = "/" + path.removeprefix("/").partition("/")[0] + "/"
        route = routes.get((method, path)) or routes.get((method, below))
        if (method, path) == ("GET", "/healthz"):
            answer = READY
        else:
            answer = route(environ) if route else _plain("404 Not Found")
        length = [] if answer.status.startswith("304") else [("Content-Length", str(len(answer.body)))]
        start_response(answer.status, [("Content-Type", answer.kind), *length, *answer.headers])
        return [answer.body]

    return application


def _body(environ: "WSGIEnvironment") -> bytes | None:
    """The request's body, or None when it is too long or of no stated length."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > MAX_REQUEST:
        return None
    return bytes(environ["wsgi.input"].read(int(length)))


def _plain(status: str) -> Answer:
    return Answer(status, "text/plain", status.encode() + b"\n")
