"""Counts wrong PINs of each key and keeps it shut for ever longer; the count outlives a restart."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.clock import Clock
from signing.keys.errors import PinLocked, WrongPin
from signing.pki.keyfolder import write_private

FREE = 3  # wrong PINs before the first wait
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(days=1)


class PinAttempts:
    """Guards the opening of keys by PIN."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / "pin-attempts.json"
        self._clock = clock
        self._guard = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._wrong: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}

    @contextmanager
    def attempt(self, key: str, *, proven: bool = True) -> Iterator[None]:
        """Around one use of a PIN; one key once at a time, so that parallel guesses are counted (PinLocked).

        What ends well clears the count, unless it does not prove the PIN yet.
        """
        with self._guard:
            opening = self._opening.setdefault(key, threading.Lock())
        with opening:
            with self._guard:
                self._refuse_locked(key)
            try:
                yield
            except WrongPin:
                with self._guard:
                    self._count(key)
                raise
            with self._guard:
                if proven and self._wrong.pop(key, None) is not None:
                    self._save()

    def _refuse_locked(self, key: str) -> None:
        until = self._wrong.get(key, {}).get("until")
        if until and self._clock.now() < datetime.fromisoformat(until):
            raise PinLocked(f"Too many wrong PINs. The key can be tried again at {until}.")

    def _count(self, key: str) -> None:
        wrong = self._wrong.get(key, {}).get("wrong", 0) + 1
        self._wrong[key] = {"wrong": wrong}
        if wrong >= FREE:
            wait = min(FIRST_WAIT * 2 ** min(wrong - FREE, 20), LONGEST_WAIT)
            self._wrong[key]["until"] = (self._clock.now() + wait).isoformat(timespec="seconds")
        self._save()

    def _save(self) -> None:
        write_private(self._path, json.dumps(self._wrong, indent=1).encode())
