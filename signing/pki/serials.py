"""Serial numbers of timestamps: never given twice, by no thread, after no crash and no restart.

Each is in the journal before its token leaves. Besides, a block is reserved on disk before its first number is
given; a crash wastes the rest of the block. A folder that was lost with everything in it begins anew at a random
height, so that even then no number comes back.
"""

import fcntl
import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.clock import Clock
from config.tokens import random_bytes
from signing.pki.errors import ClockWentBack, KeyFolderUnusable
from signing.pki.keyfolder import write_private
from signing.pki.token_journal import START, JournalEnd, TokenJournal

BLOCK = 1_000
LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Taken:
    """A number with its instant, and its line in the journal."""

    serial: int
    at: datetime
    line: int


class SerialNumbers:
    """The numbers of one TSA; one process at a time may hold the folder (KeyFolderUnusable, RecordBroken)."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / "timestamps.json"
        self._guard = threading.Lock()
        self._hold = os.open(folder / ".timestamps.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            first, latest, end = self._load()
            self._journal = TokenJournal(folder, end)
        except BlockingIOError:
            os.close(self._hold)
            raise KeyFolderUnusable("Another time-stamping authority uses this state folder.") from None
        except BaseException:
            os.close(self._hold)
            raise
        self._next = _first(first, self._journal.end)
        self._latest = max(latest, self._journal.end.at or LONG_AGO)
        self._reserved = self._next  # nothing is ours until it is on disk

    def take(self, imprint: str) -> Taken:
        """The next number and the instant for it, in whole seconds; never an instant before the last (ClockWentBack).

        The clock is read under the lock: two threads must not overtake each other between instant and number.
        `imprint` is what the token will be about, as text for the journal.
        """
        with self._guard:
            second = self._clock.now().replace(microsecond=0)
            if second < self._latest:
                raise ClockWentBack("The clock of the time-stamping authority went backwards.")
            if self._next >= self._reserved:
                self._save(self._next + BLOCK, second)
                self._reserved = self._next + BLOCK
            line = self._journal.append(self._next, second, imprint)
            self._latest = second
            number, self._next = self._next, self._next + 1
        return Taken(number, second, line)

    def settle(self, taken: Taken) -> None:
        """Return when the number is in the journal on disk; no token leaves before (OSError)."""
        self._journal.settle(taken.line)

    def close(self) -> None:
        """Write the last instant down and let another process take over."""
        with self._guard:
            if self._reserved > self._next:
                self._journal.settle(self._journal.end.lines)
                self._save(self._next, self._latest)
                self._reserved = self._next
            self._journal.close()
            os.close(self._hold)

    def _load(self) -> tuple[int | None, datetime, JournalEnd]:
        if not self._path.exists():
            return None, LONG_AGO, JournalEnd()
        try:
            state = json.loads(self._path.read_bytes())
            end = JournalEnd(state.get("lines", 0), state.get("size", 0), state.get("hash", START))
            return int(state["next"]), datetime.fromisoformat(state["latest"]), end
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyFolderUnusable("The state of the time-stamping authority cannot be read.") from error

    def _save(self, reserved: int, latest: datetime) -> None:
        """What is remembered beside the journal, so that a cut in it shows; its lines so far are on disk first."""
        end = self._journal.end
        self._journal.settle(end.lines)
        state = {"next": str(reserved), "latest": latest.isoformat()}
        whole = {**state, "lines": end.lines, "size": end.size, "hash": end.hash}
        write_private(self._path, json.dumps(whole).encode())


def _first(remembered: int | None, end: JournalEnd) -> int:
    """The number to begin with: behind everything remembered, else at a random height."""
    known = [number for number in (remembered, end.serial + 1 if end.serial is not None else None) if number]
    return max(known) if known else int.from_bytes(random_bytes(8)) << 64 | 1
