"""A caller of our own API, as any other: HTTP, JSON, a session cookie. Knows nothing of the inside."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any

from config import tokens


class ApiRefused(Exception):
    """The API said no; `problem` is its problem document (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail', '')} {problem.get('errors', '')}".strip())
        self.status = status
        self.problem = problem


class Caller:
    """One person's browserless browser at `address`."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def sign_in(self, login: str, password: str) -> None:
        """Begin a session; raises `ApiRefused`."""
        self.post("/v1/session", {"login": login, "password": password})

    def get(self, path: str) -> Any:
        """The JSON answer."""
        return json.loads(self.send("GET", path)[0])

    def post(self, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """Send JSON; the JSON answer, or None when there is none."""
        return self._with_json("POST", path, body, headers)

    def patch(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        """Send JSON with PATCH."""
        return self._with_json("PATCH", path, body, headers)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send JSON with PUT."""
        return self._with_json("PUT", path, body, None)

    def upload(self, path: str, fields: Mapping[str, str], file_name: str, content: bytes, method: str = "POST") -> Any:
        """Send a file with its fields as multipart/form-data (RFC 7578)."""
        mark = tokens.new_id().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n")
        body = b"".join(parts) + f"--{mark}--\r\n".encode()
        answer, _ = self.send(method, path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})
        return json.loads(answer)

    def document_named(self, words: str, state: str) -> dict[str, Any] | None:
        """The document that waits for this person (`filed`: to sign it, `signed`: to seal it) and is called so."""
        behind = ""
        while True:
            page = self.get(f"/v1/signing-requests?state={state}&limit=200{behind}")
            if found := next((item for item in page["items"] if words in item["summary"]), None):
                return dict(found)
            if page["next"] is None:
                return None
            behind = f"&after={page['next']}"

    def sign(self, document: str, pin: str) -> Any:
        """Fetch a document that waits for this person's signature, and sign what came."""
        path = f"/v1/signing-requests/{document}"
        content, _ = self.send("GET", f"{path}/document")
        return self.post(f"{path}/signature", {"pin": pin, "digest": hashlib.sha256(content).hexdigest()})

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[bytes, Mapping[str, str]]:
        """One request; the body and headers of the answer. Raises `ApiRefused` for every status from 400."""
        given = {"Accept": "application/json", "Origin": self._address} | dict(headers or {})
        request = urllib.request.Request(self._address + path, body, given, method=method)  # noqa: S310 - http only
        try:
            with self._opener.open(request, timeout=60) as response:
                return response.read(), dict(response.headers)
        except urllib.error.HTTPError as error:
            content = error.read()
            try:
                problem = json.loads(content)
            except ValueError:
                problem = {"detail": content[:200].decode(errors="replace")}
            raise ApiRefused(error.code, problem) from None

    def _with_json(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None
    ) -> Any:
        content = json.dumps(body or {}).encode()
        answer, _ = self.send(method, path, content, {"Content-Type": "application/json"} | dict(headers or {}))
        return json.loads(answer) if answer else None
