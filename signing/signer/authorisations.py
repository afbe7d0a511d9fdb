"""One PIN for many documents: an official's key stays open for exactly the documents that were named, for a while.

Kept in memory alone: whoever reads the database or restarts the process has nothing to sign with.
"""

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from config.clock import Clock
from config.tokens import random_secret
from signing.keys.protocol import SigningKey
from signing.signer.errors import AuthorisationEnded, SignatureRefused

LASTS = timedelta(minutes=30)
MOST_DOCUMENTS = 1000


@dataclass
class Authorisation:
    """An open key and the SHA-256 (hex) of each document that it may sign, by request."""

    key: SigningKey
    documents: dict[UUID, str]
    ends: datetime
    signing: threading.Lock = field(default_factory=threading.Lock)


class Authorisations:
    """Those that are open. A key is closed when its last document is signed, when its time is over, or at the end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Authorisation] = {}
        self._guard = threading.Lock()

    def grant(self, key: SigningKey, documents: Mapping[UUID, str]) -> tuple[str, datetime]:
        """Keep `key` open for these documents; the name to ask with, and until when."""
        name, ends = random_secret(), self._clock.now() + LASTS
        with self._guard:
            self._open[name] = Authorisation(key, dict(documents), ends)
        timer = threading.Timer(LASTS.total_seconds(), self._end_old)
        timer.daemon = True
        timer.start()
        return name, ends

    def document(self, name: str, key: str, request_id: UUID) -> str:
        """The digest that was authorised for a request (AuthorisationEnded, SignatureRefused)."""
        document = self._found(name, key).documents.get(request_id)
        if document is None:
            raise SignatureRefused("This document is not among those that were authorised.")
        return document

    @contextmanager
    def use(self, name: str, key: str) -> Iterator[SigningKey]:
        """The open key, for one signature at a time."""
        found = self._found(name, key)
        with found.signing:
            yield found.key

    def done(self, name: str, request_id: UUID) -> None:
        """A document's signature is on record: after the last one the key is closed. Unknown names are over already."""
        with self._guard:
            found = self._open.get(name)
            if found is None:
                return
            found.documents.pop(request_id, None)
            if not found.documents:
                self._close(name)

    def end(self, name: str) -> None:
        """End one; its documents must be authorised again."""
        with self._guard:
            if name in self._open:
                self._close(name)

    def close_if(self, keys: Collection[str]) -> None:
        """End those of these keys."""
        with self._guard:
            for name in [name for name, found in self._open.items() if found.key.name in keys]:
                self._close(name)

    def close(self) -> None:
        """End all."""
        with self._guard:
            for name in list(self._open):
                self._close(name)

    def _found(self, name: str, key: str) -> Authorisation:
        self._end_old()
        with self._guard:
            found = self._open.get(name)
        if found is None or found.key.name != key:
            raise AuthorisationEnded("The authorisation is over; it must be given again.")
        return found

    def _end_old(self) -> None:
        with self._guard:
            for name, found in list(self._open.items()):
                if found.ends <= self._clock.now():
                    self._close(name)

    def _close(self, name: str) -> None:
        found = self._open.pop(name)
        with found.signing:
            found.key.close()
