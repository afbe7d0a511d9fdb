"""An agent within the test: its door, its key, and a person who answers; an installation that it is paired with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from config.clock import SystemClock
from signing.agent.act import Desk
from signing.agent.consent import Asking
from signing.agent.door import SUBPROTOCOL, Door
from signing.agent.judge import Judge
from signing.agent.keys import OwnKey, key_in_file
from signing.agent.pairings import Pairing, Pairings
from signing.pades.prepare import PreparedRevision, prepare
from tests.agent.installation import Installation, standing
from tests.agent.running import write_key
from tests.pki.build import PIN, Identity, pki
from tests.signing.signer.conftest import base_document

CLOCK = SystemClock(ZoneInfo("UTC"))


@dataclass
class Person:
    """A window with somebody who types these PINs, one after another; without one, who does not sign."""

    pins: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    asked: list[Asking] = field(default_factory=list)
    looking: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def ask(self, asking: Asking, seconds: float) -> None:
        """See Window."""
        self.asked.append(asking)
        self.looking.set()
        self.may_answer.wait(20)
        while not asking.over.is_set():
            if not self.pins:
                asking.decline()
            else:
                self.faults.append(asking.answer(self.pins.pop(0)))
        asking.wait(seconds)


@pytest.fixture
def official() -> Identity:
    return pki().official


@pytest.fixture
def installation(official: Identity) -> Iterator[Installation]:
    with standing(CLOCK, official.certificate_der) as made:
        yield made


@pytest.fixture
def prepared(official: Identity) -> PreparedRevision:
    """A revision whose signature is still empty."""
    at = CLOCK.now()
    return prepare(base_document(), "Official", official.certificate_der, official.chain_der, None, at)


@pytest.fixture
def pairings(tmp_path: Path) -> Pairings:
    return Pairings(tmp_path / "agent")


@pytest.fixture
def pairing(pairings: Pairings, installation: Installation) -> Pairing:
    return pairings.keep(installation.address, installation.address, installation.jwk)


@pytest.fixture
def key(official: Identity, tmp_path: Path) -> OwnKey:
    write_key(tmp_path, official, PIN)
    return key_in_file(tmp_path / "own.p12", official.certificate_der)


@pytest.fixture
def person() -> Person:
    made = Person()
    made.may_answer.set()
    return made


@dataclass
class House:
    """An open door and what it told in the terminal."""

    door: Door
    told: list[str]

    def come(self, origin: str | None) -> AbstractContextManager[ClientConnection]:
        """A connection as a browser makes it, or as somebody who names no origin."""
        named = None if origin is None else Origin(origin)
        return connect(f"ws://127.0.0.1:{self.door.port}/", origin=named, subprotocols=[SUBPROTOCOL])


@pytest.fixture
def house(pairings: Pairings, pairing: Pairing, key: OwnKey, person: Person) -> Iterator[House]:
    told: list[str] = []
    desk = Desk(Judge(CLOCK), key, person, CLOCK, threading.Lock(), told.append)
    door = Door(pairings, desk, 0, told.append)
    thread = threading.Thread(target=door.server.serve_forever)
    thread.start()
    try:
        yield House(door, told)
    finally:
        door.stop()
        thread.join(10)


def heard(connection: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(connection.recv(20))
    return message


def until_done(connection: ClientConnection) -> list[dict[str, Any]]:
    """Every message up to `done`, without that."""
    found = []
    while (message := heard(connection))["type"] != "done":
        found.append(message)
    return found
