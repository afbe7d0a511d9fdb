"""The register of retired keys and secrets: one JSON file that is only ever added to, read again when it changes.

Whoever holds a key looks it up before each use, so that a retirement counts from the instant in which the file is
replaced, in every process, and after every restart.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from config.errors import Unavailable
from config.storage import write_durably

FILE_NAME = "retired.json"


class RetiredKeysUnreadable(Unavailable):
    """The register of retired keys is damaged or has vanished; no key is used until that is mended."""


@dataclass(frozen=True)
class RetiredKey:
    """One retired key of a class, by its name there; `mark` tells it from the one that follows under that name.

    Lost since `since`, retired `at` (both aware), why and by whom. `public` is its public half in base64, if any.
    """

    key_class: str
    name: str
    mark: str
    since: datetime
    at: datetime
    reason: str = ""
    by: str = ""
    public: str = ""


class RetiredKeys:
    """The retired keys of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._seen: tuple[int, int, int] | None = None
        self._keys: tuple[RetiredKey, ...] = ()

    def find(self, mark: str) -> RetiredKey | None:
        """The retirement of the key with this mark, None while it may be used (RetiredKeysUnreadable)."""
        return next((key for key in self._current() if key.mark == mark), None)

    def of(self, key_class: str, name: str | None = None) -> list[RetiredKey]:
        """Those of a class, or of one name in it, the oldest first (RetiredKeysUnreadable)."""
        return [key for key in self._current() if key.key_class == key_class and name in (None, key.name)]

    def all(self) -> tuple[RetiredKey, ...]:
        """All, the oldest first (RetiredKeysUnreadable)."""
        return self._current()

    def add(self, key: RetiredKey) -> RetiredKey:
        """Retire a key; one that is retired already keeps its first retirement, which is given back."""
        with self._alone():
            if found := self.find(key.mark):
                return found
            rows = [_row(one) for one in (*self._current(), key)]
            write_durably(self._path, json.dumps(rows, indent=1, ensure_ascii=False).encode() + b"\n")
        return key

    def _current(self) -> tuple[RetiredKey, ...]:
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_ino, found.st_size)
            if seen != self._seen:
                self._keys, self._seen = tuple(map(_key, json.loads(self._path.read_bytes()))), seen
        except FileNotFoundError:
            if self._seen is not None:  # one that vanished must not make a stolen key good again
                raise RetiredKeysUnreadable("The register of retired keys has vanished.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RetiredKeysUnreadable("The register of retired keys cannot be read.") from error
        return self._keys

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time; a killed one lets go."""
        descriptor = os.open(self._folder / ".retired.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _row(key: RetiredKey) -> dict[str, str]:
    return asdict(key) | {"since": key.since.isoformat(), "at": key.at.isoformat()}


def _key(row: dict[str, str]) -> RetiredKey:
    texts = {field.name: str(row[field.name]) for field in fields(RetiredKey) if field.name not in ("since", "at")}
    return RetiredKey(since=datetime.fromisoformat(row["since"]), at=datetime.fromisoformat(row["at"]), **texts)
