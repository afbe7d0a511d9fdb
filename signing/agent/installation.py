"""Asks a paired installation, and nobody else: its key when they are paired, the document of a request.

Addresses are made from what was paired, never taken from an answer; redirects and proxies are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from signing.agent.errors import AgentStopped, DocumentUnreachable
from signing.agent_requests.claims import DOCUMENT_ADDRESS, KEY_ADDRESS, VERSION
from signing.agent_requests.jws import JwsInvalid, public_key_of

SECONDS = 30.0
LARGEST_DOCUMENT = 100_000_000  # bytes
LARGEST_ANSWER = 65_536
FAILURES = (OSError, http.client.HTTPException, ValueError)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer that sends us elsewhere is an error."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def origin_of_address(address: str) -> str:
    """The origin that browsers would name for pages there; https, or http on this machine alone (AgentStopped)."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise AgentStopped(f"{address}: is not an address.") from error
    if not host or parts.username or parts.scheme not in ("https", "http"):
        raise AgentStopped(f"{address}: must be an https address, as the browser shows it.")
    if parts.scheme == "http" and not _here(host):
        raise AgentStopped(f"{address}: only an installation on this very machine may do without https.")
    usual = {"https": 443, "http": 80}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != usual else "")


def fetch_key(origin: str) -> tuple[str, dict[str, str]]:
    """What the installation calls itself, and its public JWK (AgentStopped)."""
    try:
        answer = json.loads(_ask(origin + KEY_ADDRESS, None, LARGEST_ANSWER))
        if answer["version"] != VERSION:
            raise AgentStopped(f"{origin}: speaks version {answer['version']} of the contract, this agent {VERSION}.")
        (jwk,) = answer["keys"]
        public_key_of(jwk)
        return str(answer["issuer"]), {str(name): str(value) for name, value in jwk.items()}
    except urllib.error.HTTPError as error:
        error.close()
        raise AgentStopped(f"{origin}: serves no agents (it answers {error.code}).") from None
    except (*FAILURES, JwsInvalid, KeyError, TypeError) as error:
        raise AgentStopped(f"{origin}: its key cannot be fetched: {error}.") from error


def fetch_document(origin: str, request: str) -> bytes:
    """The PDF that a request opens (DocumentUnreachable)."""
    body = json.dumps({"request": request}).encode()
    try:
        return _ask(origin + DOCUMENT_ADDRESS, body, LARGEST_DOCUMENT)
    except urllib.error.HTTPError as error:
        with error:
            raise DocumentUnreachable(_detail(error)) from None
    except FAILURES as error:
        raise DocumentUnreachable(f"({type(error).__name__})") from error


def _ask(address: str, body: bytes | None, largest: int) -> bytes:
    headers = {"Accept": "application/pdf, application/json", **({"Content-Type": "application/json"} if body else {})}
    request = urllib.request.Request(address, body, headers)  # noqa: S310 - http or https: looked at when it was paired
    with _opener.open(request, timeout=SECONDS) as answer:
        content = answer.read(largest + 1)
    if len(content) > largest:
        raise ValueError("the answer is too long")
    return bytes(content)


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read(LARGEST_ANSWER))["detail"])[:300]
    except (*FAILURES, KeyError, TypeError):
        return f"({error.code})"


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
