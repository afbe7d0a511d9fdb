"""Put a document of the service on record, to be signed by a job and by nobody who asks."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config import tokens
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import Work
from signing.pades.archival import refuse_not_archival
from signing.pades.levels import Level
from signing.receipts.events import ReceiptFiled
from signing.receipts.models import Receipt

POLICY = "receipt"  # how SIGNATURE_LEVELS names the kind


def file_receipt(
    work: Work, document: bytes, kind: str, subject: str, version: str = "1", level: Level | None = None
) -> UUID:
    """Record `document`, a PDF/A without a form, and have it signed; the id to ask for it with.

    `kind` (at most 40 characters) says what it is, `subject` (at most 120) what it is about, as an id; with `version`
    they name it once. A second one of the same name finds the first, whatever its bytes. Without `level` the policy
    says how long it lasts (SIGNATURE_LEVELS, kind `receipt`). Raises DocumentNotSuitable.
    """
    refuse_not_archival(document)
    wanted = level or Level(work.tools[Settings].evidence.level_of(POLICY))
    receipt_id, digest = tokens.new_id(), work.tools[Storage].put(document)
    values = {"kind": kind, "subject": subject, "version": version}
    row = insert(Receipt).values(
        **values,
        id=receipt_id,
        first_id=receipt_id,
        level=wanted,
        document_sha256=digest,
        filed_at=work.clock.now(),
    )
    if work.session.scalar(row.on_conflict_do_nothing().returning(Receipt.id)) is not None:
        work.record(ReceiptFiled(receipt_id))
        return receipt_id
    named = (Receipt.kind == kind, Receipt.subject == subject, Receipt.version == version)
    return work.session.scalars(sa.select(Receipt.first_id).where(*named, Receipt.id == Receipt.first_id)).one()
