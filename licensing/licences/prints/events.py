"""What happens to certified prints. Ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class LicencePrinted(Event):
    """A certified print was numbered and put on record; from now on its paper can be had."""

    print_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class PrintFetched(Event):
    """Whoever made a print was given its paper, for the first time or again."""

    print_id: UUID
    application_id: UUID
