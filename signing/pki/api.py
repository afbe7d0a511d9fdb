"""The built-in authority over HTTP, as two WSGI applications: the TSA, and the responder for OCSP and lists.

They are no part of the service's web pages: each runs in a process of its own, on the loopback address.
"""

import base64
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from config.clock import Clock
from signing.pki.ceremony import BuiltInAuthority
from signing.pki.crl import make_crl
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from signing.pki.tsa import TimestampAuthority

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_REQUEST = 16_384  # bytes; a real request has some hundred
Answer = tuple[str, str, bytes]
Route = Callable[["WSGIEnvironment"], Answer]

READY: Answer = ("200 OK", "text/plain", b"ready\n")


def tsa_application(tsa: TimestampAuthority) -> "WSGIApplication":
    """POST /tsa a time-stamp request, GET /healthz (RFC 3161, 3.4)."""

    def stamp(environ: "WSGIEnvironment") -> Answer:
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip() != "application/timestamp-query":
            return _plain("415 Unsupported Media Type")
        body = _body(environ)
        if body is None:
            return _plain("413 Content Too Large")
        return "200 OK", "application/timestamp-reply", tsa.answer(body)

    return _application({("POST", "/tsa"): stamp})


def responder_application(
    built_in: BuiltInAuthority, ocsp: OcspResponder, register: RevocationRegister, clock: Clock
) -> "WSGIApplication":
    """POST or GET /ocsp (RFC 6960, A.1), GET /crl/issuing.crl and /crl/root.crl, GET /healthz."""

    def answered(request: bytes | None) -> Answer:
        if request is None:
            return _plain("413 Content Too Large")
        return "200 OK", "application/ocsp-response", ocsp.answer(request, clock.now())

    def ask(environ: "WSGIEnvironment") -> Answer:
        return answered(_body(environ))

    def ask_by_address(environ: "WSGIEnvironment") -> Answer:
        text = unquote(environ["PATH_INFO"].removeprefix("/ocsp/"))
        try:
            return answered(base64.b64decode(text, validate=True) if len(text) <= MAX_REQUEST else None)
        except ValueError:
            return _plain("400 Bad Request")

    def crl(name: str) -> Route:
        authority = built_in.authority(name)

        def listed(environ: "WSGIEnvironment") -> Answer:
            return "200 OK", "application/pkix-crl", make_crl(authority, register.all(name), clock.now())

        return listed

    lists = {("GET", f"/crl/{name}.crl"): crl(name) for name in ("issuing", "root")}
    return _application({("POST", "/ocsp"): ask, ("GET", "/ocsp/"): ask_by_address, **lists})


def _application(routes: dict[tuple[str, str], Route]) -> "WSGIApplication":
    """Exact paths, but a path that ends in a slash also takes everything below it."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        below = "/" + path.removeprefix("/").partition("/")[0] + "/"
        route = routes.get((method, path)) or routes.get((method, below))
        if (method, path) == ("GET", "/healthz"):
            status, kind, body = READY
        elif route:
            status, kind, body = route(environ)
        else:
            status, kind, body = _plain("404 Not Found")
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(status, headers)
        return [body]

    return application


def _body(environ: "WSGIEnvironment") -> bytes | None:
    """The request's body, or None when it is too long or of no stated length."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > MAX_REQUEST:
        return None
    return bytes(environ["wsgi.input"].read(int(length)))


def _plain(status: str) -> Answer:
    return status, "text/plain", status.encode() + b"\n"
