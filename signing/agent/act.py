"""One question of a page, from its requests to the signatures: believe, fetch, show, ask, sign, say."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from config.clock import Clock
from signing.agent.consent import Asking, Sheet, Window, printable
from signing.agent.drawing import count_pages
from signing.agent.errors import Busy, Expired, Said
from signing.agent.installation import fetch_document
from signing.agent.judge import Connection, Judge, attributes_over
from signing.agent.keys import OwnKey
from signing.agent_requests.claims import AgentRequest
from signing.keys.errors import KeyUnusable
from signing.pades.errors import SignatureValueWrong
from signing.pades.value import verified_value

LEAVING = 2.0  # seconds for a question that was just given up to be over
Say = Callable[[dict[str, Any]], None]
Numbered = list[tuple[int, Sheet]]
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Desk:
    """What all questions share: the judge, the key, the window, the clock; one question at a time.

    `tell` says in the terminal what was signed and refused, for the person to look back at.
    """

    judge: Judge
    key: OwnKey
    window: Window
    clock: Clock
    taken: threading.Lock
    tell: Callable[[str], None]


class Act:
    """One question; `run` says everything that is to be said to the page, and never raises what a page may know."""

    def __init__(self, desk: Desk, connection: Connection, language: str, say: Say) -> None:
        self._desk = desk
        self._connection = connection
        self._language = language
        self._say = say
        self._gone = threading.Event()
        self._asking: Asking | None = None

    def run(self, requests: Sequence[str]) -> None:
        """Answer each request with `signed` or `refused`, then `done`."""
        if not self._desk.taken.acquire(timeout=LEAVING):
            self._refuse(range(len(requests)), Busy())
            return self._say({"type": "done"})
        try:
            if believed := self._believed(requests):
                self._ask(believed)
        finally:
            self._desk.taken.release()
            self._say({"type": "done"})

    def give_up(self) -> None:
        """The page is gone: ask no more."""
        self._gone.set()
        if self._asking is not None:
            self._asking.give_up()

    def _believed(self, requests: Sequence[str]) -> Numbered:
        """Those that are in order. All are judged first, then fetched: a request counts for two minutes only."""
        read = self._each(
            list(enumerate(requests)), lambda text: (text, self._desk.judge.request(text, self._connection))
        )
        fetched = self._each(read, lambda one: (one[1], fetch_document(self._connection.pairing.origin, one[0])))
        return self._each(fetched, lambda one: self._sheet(*one))

    def _each(self, numbered: Sequence[tuple[int, Given]], step: Callable[[Given], Made]) -> list[tuple[int, Made]]:
        """What the step made of each; those that it refuses are told so and left out."""
        made = []
        for number, given in numbered:
            try:
                made.append((number, step(given)))
            except Said as why:
                self._refuse([number], why)
        return made

    def _sheet(self, said: AgentRequest, document: bytes) -> Sheet:
        attributes = attributes_over(said, document, self._desk.key.certificate)
        return Sheet(said, document, count_pages(document), attributes)

    def _ask(self, believed: Numbered) -> None:
        values: dict[int, bytes] = {}
        ends = min(sheet.request.session_ends for _, sheet in believed)

        def use(pin: str) -> None:
            if self._desk.clock.now().timestamp() >= ends:
                raise Expired
            values.update(signed_with(self._desk.key, pin, believed))

        sheets = [sheet for _, sheet in believed]
        key, origin = self._desk.key, self._connection.pairing.origin
        self._asking = Asking(sheets, origin, key.holder, self._language, use)
        if self._gone.is_set():
            self._asking.give_up()
        self._say({"type": "asking"})
        try:
            self._desk.window.ask(self._asking, ends - self._desk.clock.now().timestamp())
        except Said as why:
            return self._refuse([number for number, _ in believed], why)
        for number, sheet in believed:
            answer = {"index": number, "session": sheet.request.session, "value": encoded(values[number])}
            self._say({"type": "signed", **answer, "certificate": encoded(key.certificate)})
            said = sheet.request
            self._desk.tell(f"Signed for {origin}: {printable(said.summary)} ({said.revision_sha256})")

    def _refuse(self, numbers: Sequence[int], why: Said) -> None:
        for number in numbers:
            self._say({"type": "refused", "index": number, "error": why.code, "detail": str(why)})
            self._desk.tell(f"Not signed for {self._connection.pairing.origin}: {why.code}. {printable(str(why))}")


def signed_with(key: OwnKey, pin: str, believed: Numbered) -> dict[int, bytes]:
    """All values, made with one opening of the key and verified; none when one of them could not be made."""
    try:
        with key.open(pin) as opened:
            return {
                number: verified_value(sheet.attributes, opened.sign(sheet.attributes), key.certificate)
                for number, sheet in believed
            }
    except SignatureValueWrong as error:
        raise KeyUnusable("What the key gave is not its signature.") from error


def encoded(octets: bytes) -> str:
    """As JSON carries octets."""
    return base64.b64encode(octets).decode()
