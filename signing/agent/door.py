"""The websocket on loopback: who may come in, what may be said (docs/agent.md)."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from config.languages import LANGUAGES
from config.tokens import random_secret
from signing.agent.act import Act, Desk
from signing.agent.errors import AgentStopped, Malformed
from signing.agent.judge import Connection
from signing.agent.page import HERE
from signing.agent.pairings import Pairing, Pairings
from signing.agent_requests.claims import VERSION, Verb
from signing.agent_requests.jws import LONGEST

PATH = "/"
SUBPROTOCOL = Subprotocol(f"antin-agent-{VERSION}")
MOST = 50  # documents of one question
LARGEST_MESSAGE = MOST * (LONGEST + 8)
MOST_CONNECTIONS = 16
BROKEN = 1008  # RFC 6455, 7.4.1
Tell = Callable[[str], None]
_silent = logging.getLogger("signing.agent.websocket")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class Door:
    """Lets pages of paired installations in, and talks with each until its question is answered."""

    def __init__(self, pairings: Pairings, desk: Desk, port: int, tell: Tell) -> None:
        self._pairings = pairings
        self._desk = desk
        self._tell = tell
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self.server: Server = serve(
            self._talk,
            HERE,
            port,
            process_request=self._look,
            subprotocols=[SUBPROTOCOL],
            compression=None,
            server_header=None,
            max_size=LARGEST_MESSAGE,
            logger=_silent,
        )
        self.port = int(self.server.socket.getsockname()[1])

    def stop(self) -> None:
        """Let nobody in any more."""
        self.server.shutdown()

    def _look(self, connection: ServerConnection, request: Request) -> Response | None:
        """Exactly our address, exactly one paired origin, a version that is spoken; else no conversation."""
        if request.headers.get_all("Host") != [f"{HERE}:{self.port}"] or request.path != PATH:
            return connection.respond(HTTPStatus.MISDIRECTED_REQUEST, "")
        origins = request.headers.get_all("Origin")
        if len(origins) != 1:
            return connection.respond(HTTPStatus.FORBIDDEN, "")
        try:
            paired = self._pairings.find(origins[0])
        except AgentStopped as error:
            self._tell(str(error))
            paired = None
        if paired is None:
            self._tell(f"Turned away: {origins[0][:200]!a} is not paired.")
            return connection.respond(HTTPStatus.FORBIDDEN, "")
        connection.paired = paired  # type: ignore[attr-defined]  # for the conversation that follows
        return None

    def _talk(self, connection: ServerConnection) -> None:
        if not self._places.acquire(blocking=False):
            return connection.close(BROKEN, "busy")
        try:
            with suppress(ConnectionClosed):
                Conversation(self._desk, connection).hold()
        finally:
            self._places.release()


class Conversation:
    """hello; one `sign`; its answers; `cancel` at any time."""

    def __init__(self, desk: Desk, connection: ServerConnection) -> None:
        self._desk = desk
        self._socket = connection
        paired: Pairing = connection.paired  # type: ignore[attr-defined]  # set when it was let in
        self._connection = Connection(paired, random_secret())
        self._act: Act | None = None

    def hold(self) -> None:
        """Until the page goes away; what is being asked then is asked no more."""
        paired = self._connection.pairing
        hello = {"type": "hello", "version": VERSION, "agent": paired.agent, "nonce": self._connection.nonce}
        self._say(hello | {"verbs": [Verb.APPROVE.value], "most": MOST})
        try:
            for message in self._socket:
                if not self._heard(message):
                    self._say({"type": "refused", "index": None, "error": Malformed.code, "detail": str(Malformed())})
                    return self._socket.close(BROKEN, Malformed.code)
        finally:
            if self._act is not None:
                self._act.give_up()

    def _heard(self, message: str | bytes) -> bool:
        """Whether it was a message of the contract."""
        said = _object(message)
        if said.get("type") == "cancel" and set(said) == {"type"}:
            if self._act is not None:
                self._act.give_up()
            return True
        requests, language = said.get("requests"), said.get("language", "vi")
        good = said.get("type") == "sign" and not set(said) - {"type", "requests", "language"}
        if not good or self._act is not None or language not in LANGUAGES or not isinstance(requests, list):
            return False
        if not 0 < len(requests) <= MOST or not all(isinstance(one, str) for one in requests):
            return False
        self._act = Act(self._desk, self._connection, language, self._say)
        threading.Thread(target=self._act.run, args=(requests,), daemon=True).start()
        return True

    def _say(self, message: dict[str, Any]) -> None:
        with suppress(ConnectionClosed):
            self._socket.send(json.dumps(message, ensure_ascii=False))


def _object(message: str | bytes) -> dict[str, Any]:
    if isinstance(message, bytes):
        return {}
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
