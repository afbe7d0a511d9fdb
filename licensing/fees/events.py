"""What happens to charges."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class FeeAssessed(Event):
    charge_id: UUID
    application_id: UUID
    vnd: int
