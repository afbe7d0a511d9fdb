"""What the person is shown and asked, whatever the window: documents, who asks, whose key, and the PIN."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from config.sentences import later
from signing.agent.errors import Declined, Expired, GivenUp, KeyNotReady, Said, WrongPinTooOften
from signing.agent_requests.claims import AgentRequest
from signing.keys.errors import KeyUnusable, PinLocked, WrongPin

MOST_TRIES = 3
WRONG = later("The PIN is wrong. Check it before you try again.")
LOCKED = later("The token is locked after too many wrong PINs.")


@dataclass(frozen=True)
class Sheet:
    """One document that was believed: its request, its bytes and pages, and what the key will sign (DER)."""

    request: AgentRequest
    document: bytes
    pages: int
    attributes: bytes


@dataclass
class Asking:
    """One question for any number of documents. It is over when `answer` or `decline` or `give_up` ends it.

    `use` opens the key with a PIN and signs everything, or raises; it runs once at a time and succeeds at most once.
    """

    sheets: Sequence[Sheet]
    origin: str
    holder: str
    language: str
    use: Callable[[str], None]
    tries: int = 0
    end: Said | None = None
    over: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, pin: str) -> str:
        """Sign with this PIN; an empty text when it is done, or what was wrong, in words. May be over by then."""
        with self._guard:
            if self.over.is_set():
                return str(self.end or "")
            try:
                self.use(pin)
            except WrongPin:
                self.tries += 1
                return WRONG if self.tries < MOST_TRIES else self._finish(WrongPinTooOften())
            except PinLocked:
                return self._finish(WrongPinTooOften(LOCKED))
            except KeyUnusable:
                return KeyNotReady.detail  # a token can be plugged in: the person may try again
            except Said as why:
                return self._finish(why)
            self.over.set()
            return ""

    def decline(self) -> None:
        """The person does not sign."""
        with self._guard:
            self._finish(Declined())

    def give_up(self) -> None:
        """Whoever asked is gone. Does not wait for a signature that is being made."""
        self._finish(GivenUp())

    def wait(self, seconds: float) -> None:
        """Return when everything is signed; raises what ended it otherwise."""
        if not self.over.wait(seconds):
            with self._guard:
                self._finish(Expired())
        if self.end is not None:
            raise self.end

    def _finish(self, why: Said) -> str:
        if not self.over.is_set():
            self.end = why
            self.over.set()
        return str(why)


class Window(Protocol):
    """Where a person is asked."""

    def ask(self, asking: Asking, seconds: float) -> None:
        """Show it and wait at most so long; returns when all is signed, raises what ended it."""
        ...


def printable(text: str) -> str:
    """Without control characters: nothing that is shown may move the cursor or change the screen."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
