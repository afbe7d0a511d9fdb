"""Reads of receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from config.sentences import later
from config.storage import Storage
from config.unit_of_work import Work
from signing.receipts.errors import ReceiptNotFound
from signing.receipts.models import Receipt


class ReceiptState(StrEnum):
    """Whether it can be handed out."""

    FILED = "filed"
    SIGNED = "signed"


@dataclass(frozen=True)
class Filed:
    """A receipt as whoever filed it sees it: its names, state, and the signed file (None before there is one).

    `certificate` (DER) is the one under which it is signed.
    """

    id: UUID
    kind: str
    subject: str
    version: str
    state: ReceiptState
    filed_at: datetime
    signed_at: datetime | None
    sha256: str | None
    content: bytes | None
    certificate: bytes | None = None


def receipt_of(work: Work, receipt_id: UUID, *, with_content: bool = True) -> Filed:
    """State and signed bytes of a receipt by the id that `file_receipt` gave; raises ReceiptNotFound.

    After the key was lost it is the one that was signed anew, as soon as that is filed. Without `with_content` no file
    is opened.
    """
    row = newest(work, receipt_id)
    content = work.tools[Storage].get(row.result_sha256) if with_content and row.result_sha256 else None
    return _filed(row, content)


def receipt_for(work: Work, kind: str, subject: str, version: str = "1") -> UUID | None:
    """The id of the receipt that was filed under these names, None where there is none."""
    query = sa.select(Receipt.first_id).where(
        Receipt.kind == kind, Receipt.subject == subject, Receipt.version == version, Receipt.id == Receipt.first_id
    )
    return work.session.scalar(query)


def receipt_with(work: Work, sha256: str) -> Filed | None:
    """The receipt whose finished file has this SHA-256 (hex), without its content; None for a file that is none."""
    row = work.session.scalars(sa.select(Receipt).where(Receipt.result_sha256 == sha256)).first()
    return _filed(row, None) if row is not None else None


def filed_since(work: Work, kind: str, since: datetime) -> int:
    """How many of a kind were filed, to bound what is asked of the key."""
    named = (Receipt.kind == kind, Receipt.filed_at > since, Receipt.id == Receipt.first_id)
    return work.session.scalars(sa.select(sa.func.count()).select_from(Receipt).where(*named)).one()


def newest(work: Work, receipt_id: UUID) -> Receipt:
    """The row that counts now; raises ReceiptNotFound."""
    query = sa.select(Receipt).where(Receipt.first_id == receipt_id).order_by(Receipt.filed_at.desc()).limit(1)
    row = work.session.scalars(query).first()
    if row is None:
        raise ReceiptNotFound(later("There is no such receipt."))
    return row


def _filed(row: Receipt, content: bytes | None) -> Filed:
    return Filed(
        id=row.first_id,
        kind=row.kind,
        subject=row.subject,
        version=row.version,
        state=ReceiptState.FILED if row.result_sha256 is None else ReceiptState.SIGNED,
        filed_at=row.filed_at,
        signed_at=row.finished_at,
        sha256=row.result_sha256,
        content=content,
        certificate=row.certificate,
    )
