"""One question to a responder over HTTP, bounded in time and size; whether to believe the answer is for the caller."""

from __future__ import annotations

import http.client
import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from signing.trust.errors import RevocationNotTrusted, RevocationUnavailable

LARGEST_ANSWER = 5_000_000  # bytes that are read from a responder at all
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Question:
    """What is asked where; `url` is http or https."""

    url: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def exchange(question: Question, timeout: float, allowed: Callable[[Address], bool] | None = None) -> bytes:
    """The body of the answer within `timeout` seconds; redirects are not followed.

    Nothing is asked of a machine that `allowed` says no to: what counts is where the connection really leads. Raises
    RevocationUnavailable, or RevocationNotTrusted for an answer that is too long.
    """
    url = urlsplit(question.url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    ends = time.monotonic() + timeout
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    connection = None
    try:
        connection = kind(url.hostname or "", url.port, timeout=timeout)
        if allowed is not None:
            connection.connect()
            if not allowed(ipaddress.ip_address(connection.sock.getpeername()[0])):
                raise RevocationNotTrusted("The address leads to a machine that must not be asked.")
        connection.request(question.method, path, question.body, dict(question.headers))
        with connection.getresponse() as response:
            if response.status != http.client.OK:
                raise RevocationUnavailable(f"The responder answered {response.status}.")
            return _read(response, ends)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise RevocationUnavailable("The responder cannot be reached.") from error
    finally:
        if connection is not None:
            connection.close()


def _read(response: http.client.HTTPResponse, ends: float) -> bytes:
    """The whole body; neither a long one nor a slow trickle may hold us."""
    body = bytearray()
    while chunk := response.read1(65_536):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise RevocationNotTrusted("The responder's answer is too long.")
        if time.monotonic() > ends:
            raise RevocationUnavailable("The responder is too slow.")
    return bytes(body)
