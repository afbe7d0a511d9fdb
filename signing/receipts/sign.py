"""Sign a document of the service: each step is on record before the next, and the whole may be repeated at any time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from signing.pades.complete import complete
from signing.pades.fields import RECEIPT as FIELD
from signing.pades.levels import Level
from signing.pades.prepare import prepare
from signing.preservation.raise_to import raise_to
from signing.receipts.events import ReceiptSigned
from signing.receipts.models import Receipt
from signing.signer.client import KeyInfo, SignerClient
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource

KEY = "receipt"


@dataclass(frozen=True)
class Asked:
    """What is on record to be asked of the key, and what it answered, if it did."""

    revision_sha256: str
    attributes: bytes
    certificate: bytes
    chain: list[bytes]
    level: Level
    value: bytes | None


def sign_receipt(unit: UnitOfWork, receipt_id: UUID) -> None:
    """Have one row signed, timestamped and raised to its level. A job; what was stored first stands.

    Raises Unavailable of any kind while signer, timestamp server or authority are away: then it is asked again.
    """
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(Receipt, receipt_id)
        done, document, before = row.result_sha256 is not None, row.document_sha256, _asked(row)
    if done:
        return
    asked = _prepared(unit, receipt_id, document, before)
    revision = unit.tools[Storage].get(asked.revision_sha256)
    value = asked.value or _kept_value(
        unit, receipt_id, asked, unit.tools[SignerClient].receipt(receipt_id, asked.attributes, revision)
    )
    timestamper = unit.tools[Timestamper]
    token = timestamper.token(hashlib.sha256(value).digest()) if asked.level.reaches(Level.B_T) else None
    finished = complete(revision, asked.attributes, value, asked.certificate, asked.chain, token)
    finished = raise_to(finished, asked.level, unit.tools[RevocationSource], timestamper.token)
    _keep_result(unit, receipt_id, asked, unit.tools[Storage].put(finished))


def _asked(row: Receipt) -> Asked | None:
    if row.revision_sha256 is None or row.attributes is None or row.certificate is None:
        return None
    return Asked(
        *(row.revision_sha256, row.attributes, row.certificate, list(row.chain or ())),
        *(Level(row.level), row.value),
    )


def _prepared(unit: UnitOfWork, receipt_id: UUID, document: str, asked: Asked | None) -> Asked:
    """The revision on record, made now if there is none; one that a former certificate was meant for is made anew."""
    if asked is not None and asked.value is not None:
        return asked
    key = unit.tools[SignerClient].certificate(KEY)
    if asked is not None and asked.certificate == key.certificate:
        return asked
    content = unit.tools[Storage].get(document)
    made = prepare(content, FIELD, key.certificate, key.chain, None, unit.clock.now())
    digest = unit.tools[Storage].put(made.revision)
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(Receipt, receipt_id, with_for_update=True)
        if row.value is None and row.certificate != key.certificate:
            _put(row, key, digest, made.attributes)
        counts = _asked(row)
    if counts is None:
        raise LookupError("A receipt that was prepared has its revision.")
    return counts


def _put(row: Receipt, key: KeyInfo, revision_sha256: str, attributes: bytes) -> None:
    row.certificate, row.chain = key.certificate, key.chain
    row.revision_sha256, row.attributes = revision_sha256, attributes


def _kept_value(unit: UnitOfWork, receipt_id: UUID, asked: Asked, value: bytes) -> bytes:
    """Store the key's answer; the one that counts is the first over these attributes."""
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(Receipt, receipt_id, with_for_update=True)
        if row.attributes != asked.attributes:
            raise LookupError("The receipt was prepared anew while it was signed.")
        if row.value is None:
            row.value, row.made_at = value, work.clock.now()
        return bytes(row.value)


def _keep_result(unit: UnitOfWork, receipt_id: UUID, asked: Asked, digest: str) -> None:
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(Receipt, receipt_id, with_for_update=True)
        if row.result_sha256 is None and row.attributes == asked.attributes:
            row.result_sha256, row.finished_at = digest, work.clock.now()
            work.record(ReceiptSigned(row.first_id, row.kind, row.subject, row.id != row.first_id))
