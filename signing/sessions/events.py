"""What happens to a signing session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class SigningSessionBegun(Event):
    """A document waits for its official's signature from elsewhere; `kind` as in Kind."""

    session_id: UUID
    request_id: UUID
    kind: str


@dataclass(frozen=True)
class SigningSessionEnded(Event):
    """A session ended, in one of the states of SessionState; the document is free again, or signed."""

    session_id: UUID
    request_id: UUID
    state: str
