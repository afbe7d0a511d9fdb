"""The journal of the time-stamping authority: every token's number, digest and time, in a chain, before it leaves.

One line each, appended under the lock of the numbers and brought to disk before the answer goes out; threads that
wait share one write to disk.
"""

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signing.pki.errors import RecordBroken
from signing.pki.keyfolder import sync_folder

FILE_NAME = "tokens.jsonl"
START = "0" * 64


@dataclass(frozen=True)
class JournalEnd:
    """How far the journal goes: lines, bytes, hash of the last line, and its number and time where there is one."""

    lines: int = 0
    size: int = 0
    hash: str = START
    serial: int | None = None
    at: datetime | None = None


def read_journal(folder: Path, after: JournalEnd) -> JournalEnd:
    """Check every whole line behind `after` (RecordBroken); half a line at the end never became a token."""
    path = folder / FILE_NAME
    if not path.exists():
        if after.lines:
            raise RecordBroken("The journal of timestamps has vanished.")
        return after
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < after.size:
            raise RecordBroken("The journal of timestamps is shorter than it was.")
        file.seek(after.size)
        for line in file:
            if line.endswith(b"\n"):
                after = _next(line, after)
    return after


class TokenJournal:
    """The journal, open for its one writer."""

    def __init__(self, folder: Path, after: JournalEnd) -> None:
        self.end = read_journal(folder, after)
        self._file = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        os.ftruncate(self._file, self.end.size)
        os.fsync(self._file)
        sync_folder(folder)
        self._on_disk = self.end.lines
        self._disk = threading.Lock()
        self._broken = False

    def append(self, serial: int, at: datetime, imprint: str) -> int:
        """Write a line and say which it is; only one caller at a time. An OSError leaves the journal as it was."""
        if self._broken:
            raise OSError("the journal could not be written before")
        line, line_hash = _line(serial, at, imprint, self.end.hash)
        size = self.end.size
        try:
            if os.write(self._file, line) != len(line):
                raise OSError("the disk took only a part of a line")
        except OSError:
            os.ftruncate(self._file, size)
            raise
        self.end = JournalEnd(self.end.lines + 1, size + len(line), line_hash, serial, at)
        return self.end.lines

    def settle(self, line: int) -> None:
        """Return when this line is on disk. After a failed write to disk nothing counts any more until a restart."""
        with self._disk:
            if self._on_disk >= line and not self._broken:
                return
            written = self.end.lines
            try:
                if self._broken:
                    raise OSError("the journal could not be written before")
                os.fdatasync(self._file)
            except OSError:
                self._broken = True
                raise
            self._on_disk = written

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def _next(line: bytes, before: JournalEnd) -> JournalEnd:
    number = before.lines + 1
    try:
        fields = json.loads(line)
        serial, at = int(fields["serial"], 16), datetime.fromisoformat(fields["at"])
        expected, known = _line(serial, at, fields["imprint"], before.hash), fields["hash"]
    except (ValueError, KeyError, TypeError) as error:
        raise RecordBroken(f"Line {number} of the journal of timestamps cannot be read.") from error
    if expected != (line, known):
        raise RecordBroken(f"The journal of timestamps is broken at line {number}.")
    if before.serial is not None and serial <= before.serial:
        raise RecordBroken(f"The numbers in the journal of timestamps do not rise at line {number}.")
    return JournalEnd(number, before.size + len(line), known, serial, at)


def _line(serial: int, at: datetime, imprint: str, previous: str) -> tuple[bytes, str]:
    """A line and its hash: SHA-256 (hex) over the hash of the line before and what this one says."""
    said = f'"serial": "{serial:x}", "at": "{at.isoformat()}", "imprint": {json.dumps(imprint)}'
    line_hash = hashlib.sha256(f"{previous}\n{said}".encode()).hexdigest()
    return f'{{{said}, "hash": "{line_hash}"}}\n'.encode(), line_hash
