"""Serves a remote signing service on loopback, with or without TLS, and makes it misbehave where a test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, request
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.csc.provider import CLIENT, CLIENT_SECRET, PASSWORD, USER, No, Provider


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@dataclass
class Running:
    """A service that runs. `instead` answers one path, or that of tokens, in place of the provider."""

    provider: Provider
    address: str = ""
    token_address: str = ""
    instead: dict[str, Callable[[], Any]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def misbehave(self, path: str, how: str) -> None:
        """One way in which services fail; `slow` lasts until the test is over."""
        self.instead[path] = {
            "broken": lambda: Response('{"error": "server_error"}', 500, mimetype="application/json"),
            "slow": self._slow,
            "no json": lambda: Response("<html>", 200),
            "not an object": lambda: Response("[1]", 200, mimetype="application/json"),
            "deep": lambda: Response("[" * 100_000, 200, mimetype="application/json"),
            "elsewhere": lambda: redirect("http://127.0.0.1:9/", 307),
            "huge": lambda: Response(b" " * 400_000 + b"{}", 200, mimetype="application/json"),
            "nothing in it": lambda: {},
            "trickle": lambda: Response(self._trickle(), 200),
        }[how]

    def _slow(self) -> Response:
        self.ended.wait(30)
        return Response("{}")

    def _trickle(self) -> Iterator[bytes]:
        while not self.ended.wait(0.05):
            yield b" "


def application(running: Running, prefix: str) -> Flask:
    """The service below `prefix`, its tokens at /oauth2/token."""
    app = Flask(__name__)
    app.post("/oauth2/token", endpoint="token")(lambda: _token(running))
    app.post(f"{prefix}/<path:method>", endpoint="call")(lambda method: _call(running, f"/{method}"))
    return app


def _token(running: Running) -> Any:
    if "/oauth2/token" in running.instead:
        return running.instead["/oauth2/token"]()
    wanted = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": CLIENT_SECRET}
    if {name: value for name, value in request.form.items() if name != "scope"} != wanted:
        return {"error": "invalid_client"}, 401
    return running.provider.token()


def _call(running: Running, path: str) -> Any:
    if path in running.instead:
        return running.instead[path]()
    shown = request.authorization
    if path == "/auth/login" and (shown is None or (shown.username, shown.password) != (USER, PASSWORD)):
        return {"error": "authentication_error", "error_description": "Who is this"}, 401
    try:
        if request.mimetype != "application/json":
            raise No("The body is no JSON")
        bearer = shown.token if shown is not None and shown.type == "bearer" else None
        return running.provider.answer(path, request.get_json(), bearer)
    except No as no:
        return {"error": no.code, "error_description": no.sentence}, no.status


@contextmanager
def serving(provider: Provider, tls: tuple[Path, Path] | None = None) -> Iterator[Running]:
    """The service while it runs; `tls` is certificate and key as files."""
    running = Running(provider)
    prefix = "/csc/v1" if provider.version == "1.0.4" else "/csc/v2"
    files = None if tls is None else (str(tls[0]), str(tls[1]))
    app = application(running, prefix)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=files)
    here = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.port}"
    running.address, running.token_address = f"{here}{prefix}", f"{here}/oauth2/token"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
