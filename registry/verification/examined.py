"""Documents that this process has just validated, so that the same bytes are not validated for everybody who asks.

For a while only: what a certificate vouched for may be revoked as of before, when its key was lost.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from config.unit_of_work import UnitOfWork
from signing.validation.apart import Hearsay

KEPT = 30.0  # seconds
MANY = 10_000  # documents that are remembered, the longest unasked dropped first


@dataclass
class Examined:
    """Published documents found good, by SHA-256 of the file. Only what their bytes alone say is kept."""

    _known: OrderedDict[str, tuple[float, Hearsay]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, unit: UnitOfWork) -> Examined:
        """The memory of this process."""
        try:
            return unit.tools[cls]
        except LookupError:
            unit.tools.add(cls())
            return unit.tools[cls]

    def find(self, digest: str) -> Hearsay | None:
        with self._guard:
            found = self._known.get(digest)
            if found is None or time.monotonic() - found[0] > KEPT:
                return None
            self._known.move_to_end(digest)
            return found[1]

    def keep(self, digest: str, found: Hearsay) -> None:
        seal = replace(found.seal, sealed_revision=b"") if found.seal else None  # the bytes are not kept
        with self._guard:
            self._known[digest] = (time.monotonic(), replace(found, seal=seal))
            while len(self._known) > MANY:
                self._known.popitem(last=False)
