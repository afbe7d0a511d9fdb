"""What happened to the files of an application."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class FileAttached(Event):
    attachment_id: UUID
    application_id: UUID
    sha256: str


@dataclass(frozen=True)
class FileRemoved(Event):
    attachment_id: UUID
    application_id: UUID
