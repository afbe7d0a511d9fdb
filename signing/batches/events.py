"""What happens to a batch."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class DocumentAuthorised(Event):
    """An official authorised the signature of one document among others; a job signs it."""

    batch_id: UUID
    request_id: UUID
