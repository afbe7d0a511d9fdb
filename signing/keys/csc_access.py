"""How we are let in at a service of the Cloud Signature Consortium's API: a token for every call but the first."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from signing.keys.errors import KeyUnusable
from signing.keys.remote import Answer, Remote

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
UNAUTHORIZED = 401


class Access:
    """Calls with a token, which is fetched when there is none and once more when it is not taken any more."""

    def __init__(self, service: Remote, fetch: Callable[[], Answer]) -> None:
        self._service = service
        self._fetch = fetch
        self._guard = threading.Lock()
        self._token: str | None = None

    def call(self, path: str, asked: Mapping[str, Any]) -> Answer:
        """The answer to a call, whatever it is (KeyUnusable: none came, or no token for us)."""
        answer = self._call(path, asked, token := self._held())
        if answer.status != UNAUTHORIZED:
            return answer
        with self._guard:
            if self._token == token:
                self._token = None
        return self._call(path, asked, self._held())

    def _call(self, path: str, asked: Mapping[str, Any], token: str) -> Answer:
        return self._service.post(path, json.dumps(asked).encode(), JSON | {"Authorization": f"Bearer {token}"})

    def _held(self) -> str:
        with self._guard:
            if self._token is None:
                answer = self._fetch()
                token = answer.read().get("access_token")
                if answer.status != 200 or not isinstance(token, str) or not token.isprintable() or not token.isascii():
                    raise KeyUnusable(f"The service does not let us in ({answer.status}).")
                self._token = token
            return self._token


def client_credentials(server: Remote, client: str, secret: str, scope: str | None) -> Callable[[], Answer]:
    """Tokens for this installation (RFC 6749, 4.4; CSC 8.4.4): whoever signs shows a PIN besides."""
    asked = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    body = urlencode(asked | ({"scope": scope} if scope else {})).encode()
    return lambda: server.post("", body, FORM)


def basic(service: Remote, user: str, password: str) -> Callable[[], Answer]:
    """Tokens for a user of the service (CSC 1.0.4.0, 11.2: auth/login with HTTP basic, RFC 7617)."""
    header = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
    return lambda: service.post("/auth/login", b"{}", JSON | {"Authorization": header})
