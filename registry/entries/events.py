"""What happened in the register."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class EntryEntered(Event):
    """An entry was made; it is in force once its leaf is in the log."""

    entry_id: UUID
    owner_key: str


@dataclass(frozen=True)
class PaperEntered(Event):
    """An entry has a further paper, which takes the place of the one before."""

    entry_id: UUID
    paper_id: UUID


@dataclass(frozen=True)
class PaperWithdrawn(Event):
    """A key that signed an entry's newest paper was lost: no file of it is accepted, and another will follow.

    `by_hand`: only the official can make that one; else the service seals it anew.
    """

    entry_id: UUID
    paper_id: UUID
    by_hand: bool


@dataclass(frozen=True)
class EntryLogged(Event):
    """An act on an entry is in the log, under a signed checkpoint: from here it counts."""

    entry_id: UUID
    seq: int


@dataclass(frozen=True)
class PaperPreserved(Event):
    """A paper has its evidence (issuance step 8) and may be handed out."""

    entry_id: UUID
    paper_id: UUID


@dataclass(frozen=True)
class PaperRenewed(Event):
    """A published paper has fresh evidence, in a new file that begins with the old one."""

    entry_id: UUID
    paper_id: UUID


@dataclass(frozen=True)
class EntryPublished(Event):
    """The finished paper can be had and its verification shows so (issuance step 9)."""

    entry_id: UUID
    paper_id: UUID
    owner_key: str
