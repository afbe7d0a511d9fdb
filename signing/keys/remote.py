"""Asks a key service over HTTP: the one place for TLS, time and size, and for what is never done.

A redirect is refused, a proxy of the environment is not used, and no address in an answer is ever asked.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from signing.keys.errors import KeyUnusable
from signing.keys.options import Options

MOST = 262_144  # octets of an answer; a certificate chain takes some thousands
SECONDS = 7  # for one exchange; three of them fit into the time that the signer's callers wait


@dataclass(frozen=True)
class Answer:
    """What a server said: the status of HTTP and the body, which may be anything."""

    status: int
    body: bytes

    def read(self) -> dict[str, Any]:
        """The JSON object in the body; an empty one where there is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Remote:
    """One server by its address, for example https://sign.example/csc/v2."""

    def __init__(self, address: str, ca: Path | None = None, seconds: float = SECONDS) -> None:
        self._url = _checked(address)
        self._seconds = seconds
        context = _context(ca)
        self._context = context if self._url.scheme == "https" else None

    @property
    def host(self) -> str:
        """Name and port as a request names them."""
        return self._url.netloc

    @property
    def path(self) -> str:
        """What every path begins with, without a slash at its end."""
        return self._url.path.rstrip("/")

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer to one request, 4xx and 5xx too (KeyUnusable: no answer, too slow, too long, a redirect)."""
        began = time.monotonic()
        try:
            with ExitStack() as end:
                connection = self._connected(end)
                connection.request("POST", self.path + path or "/", body, dict(headers))
                answer = _read(end.enter_context(connection.getresponse()))
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() - began >= self._seconds
            why = "does not answer in time" if late else _reason(error)
            raise KeyUnusable(f"{self._url.hostname} {why}.") from error
        if 300 <= answer.status < 400:
            raise KeyUnusable(f"{self._url.hostname} sends us elsewhere ({answer.status}), where we do not go.")
        return answer

    def _connected(self, end: ExitStack) -> http.client.HTTPConnection:
        """A connection that is cut when its time is over, whatever trickles in until then."""
        ends = time.monotonic() + self._seconds
        host, port = self._url.hostname or "", self._url.port or (80 if self._context is None else 443)
        plain = end.enter_context(socket.create_connection((host, port), timeout=self._seconds))
        if self._context is None:
            connection = http.client.HTTPConnection(host, port)
            connection.sock = plain
            end.enter_context(_cut_at(ends, plain))
        else:
            connection = http.client.HTTPSConnection(host, port, context=self._context)
            wrapped = self._context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
            connection.sock = end.enter_context(wrapped)
            end.enter_context(_cut_at(ends, wrapped))
            wrapped.do_handshake()
        return connection


def remote(options: Options, address: str, folder: Path) -> Remote:
    """A server with the options `ca` (a PEM file with the only roots it is trusted by) and `seconds` of its store."""
    ca = options.file("ca", folder) if options.optional("ca") else None
    return Remote(address, ca, options.number("seconds", SECONDS, 1, 25))


def secret_in(options: Options, name: str, folder: Path) -> str:
    """What a file beside `keys.toml` says; secrets are never in it (ValueError)."""
    path = options.file(name, folder)
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{name}: {path.name} cannot be read.") from None
    if not secret:
        raise ValueError(f"{name}: {path.name} is empty.")
    return secret


def _read(response: http.client.HTTPResponse) -> Answer:
    body = response.read(MOST + 1)
    if len(body) > MOST:
        raise http.client.HTTPException("too long")
    return Answer(response.status, body)


@contextmanager
def _cut_at(ends: float, connection: socket.socket) -> Iterator[None]:
    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not TLS' own, which would go on in the clear

    watch = threading.Timer(max(0.0, ends - time.monotonic()), cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _reason(error: Exception) -> str:
    """In our words: those of a library may hold what was sent or said."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS with us"
    if isinstance(error, OSError):
        return "cannot be reached"
    return "gives an answer that is too long or is not HTTP"


def _checked(address: str) -> SplitResult:
    """The parts of an address, if it is one that a secret may be sent to; raises ValueError."""
    url = urlsplit(address)
    _ = url.port  # raises where it is no number
    if url.scheme not in ("https", "http") or not url.hostname or url.query or url.fragment or "@" in url.netloc:
        raise ValueError(f"{address}: is not an address like https://sign.example/path.")
    if url.scheme == "http" and not _is_here(url.hostname):
        raise ValueError(f"{address}: must begin with https; without it only this machine itself is asked.")
    return url


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _context(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=None if ca is None else str(ca))
    except OSError:
        raise ValueError(f"ca: no certificates can be read from {ca.name if ca else 'the system'}.") from None
