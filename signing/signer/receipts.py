"""What the service itself says: the one key of receipts, over a PDF on record that carries no signature but its own.

The key is named here, never by a caller. A document with a field of an official or a seal is not signed with it, so
that nothing that it signs could pass for a paper of an agency.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography import x509

from config.errors import Refused
from signing.journal.record import Journal, KeyUse
from signing.keys.keyring import RECEIPT, Keyring
from signing.keys.protocol import KeyInfo, SigningKey
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, is_empty, last_gap
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import RECEIPT as FIELD
from signing.pades.fields import signature_field_names
from signing.signer.errors import QuestionMalformed, ReceiptRefused
from signing.signer.fitness import QC_AGENCY
from signing.signer.frames import Frame
from signing.signer.official_signature import Trust, earlier_revision
from signing.signer.questions import request_of

RECEIPTS = sa.table(
    "signing_receipts",
    sa.column("id", sa.Uuid),
    *(sa.column(name) for name in ("document_sha256", "certificate", "revision_sha256", "attributes", "result_sha256")),
)


class Receipts:
    """Admission, journal, key, journal; the same question may be asked again, another one for this document not."""

    def __init__(self, engine: sa.Engine, keyring: Keyring, journal: Journal, trust: Callable[[], Trust]) -> None:
        self._engine = engine
        self._keyring = keyring
        self._journal = journal
        self._trust = trust
        self._one_at_a_time = threading.Lock()
        self.by_name: dict[str, Callable[[dict[str, Any], list[bytes]], Frame]] = {"receipt": self._receipt}

    def _receipt(self, header: dict[str, Any], blobs: list[bytes]) -> Frame:
        receipt_id = request_of(header)
        if len(blobs) != 2:
            raise QuestionMalformed("A receipt's signature is asked for with attributes and a revision.")
        attributes, revision = blobs
        use = KeyUse(RECEIPT, RECEIPT, hashlib.sha256(attributes).hexdigest(), receipt_id)
        with self._one_at_a_time:  # one after the other, or two revisions of one document could both be the first
            try:
                key = self._admitted(receipt_id, attributes, revision, use)
                self._journal.record(use, "asked")
                value = key.sign(attributes)
            except Refused as refusal:
                self._journal.record(use, "refused", f"{type(refusal).__name__}: {refusal.detail}")
                raise
            self._journal.record(use, "signed")
        return {}, [value]

    def _admitted(self, receipt_id: UUID, attributes: bytes, revision: bytes, use: KeyUse) -> SigningKey:
        """The key, where the record says exactly this and its certificate stands."""
        query = sa.select(RECEIPTS).where(RECEIPTS.c.id == receipt_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        key = self._keyring.receipt()
        if row is None or row.revision_sha256 is None:
            raise ReceiptRefused("No document is on record for the key of receipts.")
        if bytes(row.certificate) != key.info.certificate or bytes(row.attributes) != attributes:
            raise ReceiptRefused("These are not the attributes on record.")
        if row.revision_sha256 != hashlib.sha256(revision).hexdigest():
            raise ReceiptRefused("This is not the revision on record.")
        if earlier_revision(revision, row.document_sha256) is None:
            raise ReceiptRefused("The revision does not begin with the document on record.")
        _check_revision(revision, attributes, key.info)
        self._check_certificate(key.info)
        # Once under each certificate: an answer to a former one that was never stored must not block the document.
        since = x509.load_der_x509_certificate(key.info.certificate).not_valid_before_utc
        since = max(since, self._keyring.retired_at(RECEIPT) or since)
        if self._journal.signed_digests(receipt_id, RECEIPT, since) - {use.digest}:
            raise ReceiptRefused("This document was signed before.")
        return key

    def _check_certificate(self, info: KeyInfo) -> None:
        own, *above = (x509.load_der_x509_certificate(der) for der in (info.certificate, *info.chain))
        self._trust().refuse(own, above, QC_AGENCY)


def _check_revision(revision: bytes, attributes: bytes, info: KeyInfo) -> None:
    """One empty signature, in the field of receipts, the only one for signatures; the attributes over just that."""
    try:
        gap = last_gap(revision)
        named = signature_field_names(revision)
    except DocumentNotSuitable as error:
        raise ReceiptRefused(error.detail) from error
    if named != [FIELD]:
        raise ReceiptRefused("The document has fields for other signatures.")
    if not is_empty(revision, gap):
        raise ReceiptRefused("The revision is signed already.")
    if attributes != signed_attributes(digest_around(revision, gap), info.certificate):
        raise ReceiptRefused("The attributes are not over this revision and certificate.")
