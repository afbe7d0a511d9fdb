"""Receipts that a lost key signed: which stand, and those that are signed anew under the same name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography import x509
from sqlalchemy.orm import aliased

from config import tokens
from config.unit_of_work import Work
from signing.pki.marks import mark_of_key
from signing.receipts.events import ReceiptFiled
from signing.receipts.models import Receipt


def stands(work: Work, mark: str, since: datetime) -> Sequence[Receipt]:
    """Receipts under a key (by the mark of its public half) that were finished before a moment, the oldest first."""
    query = _signed_with(work, mark).where(Receipt.finished_at < since)
    return work.session.scalars(query).all()


def doubted(work: Work, mark: str, since: datetime, most: int | None = None) -> Sequence[Receipt]:
    """Those that were finished from then on and are not signed anew yet."""
    later = aliased(Receipt)
    query = _signed_with(work, mark).where(
        Receipt.finished_at >= since,
        ~sa.exists().where(later.first_id == Receipt.first_id, later.filed_at > Receipt.filed_at),
    )
    return work.session.scalars(query.limit(most)).all()


def sign_anew(work: Work, signed: Receipt) -> None:
    """File the same document once more, in the other one's place, as soon as it is signed."""
    copied = ("first_id", "kind", "subject", "version", "level", "document_sha256")
    values = {name: getattr(signed, name) for name in copied}
    row = Receipt(
        **values, id=tokens.new_id(), filed_at=max(work.clock.now(), signed.filed_at + timedelta(microseconds=1))
    )
    work.session.add(row)
    work.session.flush()
    work.record(ReceiptFiled(row.id))


def begin_unfinished(work: Work, mark: str) -> int:
    """Have every receipt without its file done, without what the lost key was asked or answered; how many."""
    lost = certificates_under(work, mark)
    query = sa.select(Receipt).where(Receipt.result_sha256.is_(None)).with_for_update()
    rows = work.session.scalars(query.order_by(Receipt.filed_at, Receipt.id)).all()
    for row in rows:
        if row.certificate in lost:
            row.certificate = row.chain = row.revision_sha256 = row.attributes = row.value = row.made_at = None
        work.record(ReceiptFiled(row.id))
    return len(rows)


def certificates_under(work: Work, mark: str) -> list[bytes]:
    """The certificates (DER) of a key that receipts were signed or prepared under."""
    found = work.session.scalars(sa.select(Receipt.certificate).where(Receipt.certificate.is_not(None)).distinct())
    return [der for der in found if der and mark_of_key(x509.load_der_x509_certificate(der).public_key()) == mark]


def _signed_with(work: Work, mark: str) -> sa.Select[Receipt]:
    finished = sa.select(Receipt).where(Receipt.certificate.in_(certificates_under(work, mark)))
    return finished.where(Receipt.result_sha256.is_not(None)).order_by(Receipt.finished_at, Receipt.id)
