"""What happens to licences in the making. Ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class LicencePrepared(Event):
    """The exact document is on record and waits for the official's signature."""

    licence_id: UUID
    application_id: UUID
    request_id: UUID


@dataclass(frozen=True)
class LicenceVoided(Event):
    """The gate closed between decision and entry: the sealed document is no licence."""

    licence_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class LicenceIssued(Event):
    """The licence is entered in the register."""

    licence_id: UUID
    application_id: UUID
    entry_id: UUID


@dataclass(frozen=True)
class DocumentViewed(Event):
    """Somebody looked at a document that waits for a signature or seal; `sha256` is that of the bytes shown."""

    request_id: UUID
    sha256: str
