"""What happened to suspicions; ids alone, nothing of what people wrote."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class SuspicionTold(Event):
    """Somebody told us about a document."""

    suspicion_id: UUID


@dataclass(frozen=True)
class SuspicionHandled(Event):
    """An official says what was done about it."""

    suspicion_id: UUID
