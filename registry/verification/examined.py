"""Documents that this process has just validated, so that the same bytes are not validated for everybody who asks.

For a while only: what a certificate vouched for may be revoked as of before, when its key was lost. What the log proved
of a document is kept beside it, by the state of the rows that it was proved for: whether that is still the state is
asked each time, and so is the day.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from config.unit_of_work import UnitOfWork
from registry.entries.models import Paper
from registry.verification.record import Record
from signing.notes.note import NoteKey
from signing.validation.apart import Hearsay
from signing.validation.told import details_json, signature_json

KEPT = 30.0  # seconds
MANY = 10_000  # documents that are remembered, the longest unasked dropped first


@dataclass(frozen=True)
class Proven:
    """A document's paper and record, proven under the log's `key` while the rows had this `state`.

    Without a state it was not proven, and counts for the one answer that it was read for.
    """

    state: str | None
    key: NoteKey | None
    paper: Paper
    record: Record


@dataclass(frozen=True)
class Found:
    """What was found of a document, its signatures and all else as JSON, and what was proven of it."""

    hearsay: Hearsay
    signatures: Sequence[Mapping[str, Any]]
    details: Mapping[str, Any]
    proven: Proven | None = None

    @classmethod
    def of(cls, hearsay: Hearsay) -> Found:
        report = hearsay.report
        return cls(hearsay, [signature_json(report, one) for one in report.signatures], details_json(report))


@dataclass
class Examined:
    """Published documents found good, by SHA-256 of the file. Only what their bytes alone say is kept for good."""

    _known: OrderedDict[str, tuple[float, Found]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, unit: UnitOfWork) -> Examined:
        """The memory of this process."""
        try:
            return unit.tools[cls]
        except LookupError:
            unit.tools.add(cls())
            return unit.tools[cls]

    def find(self, digest: str) -> Found | None:
        with self._guard:
            found = self._known.get(digest)
            if found is None or time.monotonic() - found[0] > KEPT:
                return None
            self._known.move_to_end(digest)
            return found[1]

    def keep(self, digest: str, found: Found) -> None:
        """Keep it from now on; what stays known keeps the time at which it was first found."""
        hearsay = found.hearsay
        seal = replace(hearsay.seal, sealed_revision=b"") if hearsay.seal else None  # the bytes are not kept
        with self._guard:
            self._known[digest] = (time.monotonic(), replace(found, hearsay=replace(hearsay, seal=seal)))
            while len(self._known) > MANY:
                self._known.popitem(last=False)

    def prove(self, digest: str, proven: Proven) -> None:
        """Keep what was proven of a document that is still known; that does not make it known for longer."""
        with self._guard:
            if digest in self._known:
                since, found = self._known[digest]
                self._known[digest] = since, replace(found, proven=proven)
