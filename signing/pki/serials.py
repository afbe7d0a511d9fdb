"""Serial numbers of timestamps: never given twice, by no thread, after no crash and no restart.

A block is reserved on disk before its first number is given; a crash wastes the rest of the block. A lost
state file begins anew at a random height, so that even then no number comes back.
"""

import fcntl
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from config.clock import Clock
from config.tokens import random_bytes
from signing.pki.errors import ClockWentBack, KeyFolderUnusable
from signing.pki.keyfolder import write_private

BLOCK = 1_000


class SerialNumbers:
    """The numbers of one TSA; one process at a time may hold the folder (KeyFolderUnusable)."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / "timestamps.json"
        self._guard = threading.Lock()
        self._hold = os.open(folder / ".timestamps.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._hold)
            raise KeyFolderUnusable("Another time-stamping authority uses this state folder.") from None
        self._next, self._latest = self._load()
        self._reserved = self._next  # nothing is ours until it is on disk

    def take(self) -> tuple[int, datetime]:
        """The next number and the instant for it, in whole seconds; never an instant before the last.

        The clock is read under the lock: two threads must not overtake each other between instant and number.
        """
        with self._guard:
            second = self._clock.now().replace(microsecond=0)
            if second < self._latest:
                raise ClockWentBack("The clock of the time-stamping authority went backwards.")
            if self._next >= self._reserved:
                self._save(self._next + BLOCK, second)
                self._reserved = self._next + BLOCK
            self._latest = second
            number, self._next = self._next, self._next + 1
        return number, second

    def close(self) -> None:
        """Write the last instant down and let another process take over."""
        with self._guard:
            if self._reserved > self._next:
                self._save(self._next, self._latest)
                self._reserved = self._next
            os.close(self._hold)

    def _load(self) -> tuple[int, datetime]:
        if not self._path.exists():
            return int.from_bytes(random_bytes(8)) << 64 | 1, datetime.fromtimestamp(0, UTC)
        try:
            state = json.loads(self._path.read_bytes())
            return int(state["next"]), datetime.fromisoformat(state["latest"])
        except (ValueError, KeyError, TypeError) as error:
            raise KeyFolderUnusable("The state of the time-stamping authority cannot be read.") from error

    def _save(self, reserved: int, latest: datetime) -> None:
        state = {"next": str(reserved), "latest": latest.isoformat()}
        write_private(self._path, json.dumps(state).encode())
