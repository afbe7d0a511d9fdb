"""What happened to images of signatures and seals."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class ImageTakenIntoUse(Event):
    image_id: UUID
    sha256: str


@dataclass(frozen=True)
class ImageWithdrawn(Event):
    image_id: UUID
    reason: str
