"""What happens to papers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class PaperPrepared(Event):
    """The exact document is on record and waits for the official's signature."""

    paper_id: UUID
    application_id: UUID
    request_id: UUID


@dataclass(frozen=True)
class PaperVoided(Event):
    """The paper will not be given; its number stays recorded as void."""

    paper_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class PaperDelivered(Event):
    """Signed, sealed, preserved: the applicant can take it."""

    paper_id: UUID
    application_id: UUID
