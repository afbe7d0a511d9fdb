"""What happens to applications. Ids, numbers and codes only: no answers, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class ApplicationStarted(Event):
    application_id: UUID


@dataclass(frozen=True)
class DraftSaved(Event):
    application_id: UUID
    version: int


@dataclass(frozen=True)
class ApplicationSubmitted(Event):
    """`number` counts the filings of this application from 1; `sha256` is the digest of what was handed in."""

    application_id: UUID
    number: int
    sha256: str


@dataclass(frozen=True)
class ApplicationAccepted(Event):
    """The file is complete: from `accepted_at` the authority's time limit runs."""

    application_id: UUID
    revision_id: UUID
    agency: str
    reference: str
    accepted_at: datetime


@dataclass(frozen=True)
class ApplicationReturned(Event):
    application_id: UUID


@dataclass(frozen=True)
class ApplicationWithdrawn(Event):
    application_id: UUID


@dataclass(frozen=True)
class DocumentJudged(Event):
    application_id: UUID
    attachment_id: UUID
    verdict: str


@dataclass(frozen=True)
class ApplicationClosed(Event):
    application_id: UUID
