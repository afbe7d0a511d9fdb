"""What happens to a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class ReceiptFiled(Event):
    """A document of the service is on record and waits for the key of receipts."""

    receipt_id: UUID


@dataclass(frozen=True)
class ReceiptSigned(Event):
    """It is signed and has its level. `receipt_id` is the one that `file_receipt` gave, even if it is signed `anew`."""

    receipt_id: UUID
    kind: str
    subject: str
    anew: bool = False
