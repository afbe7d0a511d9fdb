"""What happens to procedures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class ProcedurePublished(Event):
    """A revision is on record; it is in force from that day until the next revision or the end."""

    revision_id: UUID
    code: str
    number: int
    sha256: str
    effective_from: date


@dataclass(frozen=True)
class ProcedureRetired(Event):
    """From that day on the procedure takes no applications; licences that were issued stay as they are."""

    code: str
    closed_from: date
