"""Files that go out with a document: sealed only when its official's signature, validated here, covers their digest.

This is no second way to a seal. The octets of the file are those that the official named; the revision adds the seal
and nothing else, as a confined child finds; and the official's signature is looked at as before its own seal.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from config.errors import Refused
from signing.enclosures.apart import check_revision
from signing.enclosures.errors import EnclosureNotSuitable
from signing.enclosures.identity import enclosure_id
from signing.journal.record import Journal, KeyUse
from signing.keys.keyring import Keyring
from signing.keys.protocol import KeyInfo
from signing.pades.enclosures import enclosures_named
from signing.signer.admission import OFFICIAL, SIGNED, Admission, Question, differs
from signing.signer.errors import SealRefused
from signing.signer.official_signature import earlier_revision

ENCLOSURE = "enclosure"  # as the journal names the purpose
SEALED = "sealed"
ENCLOSURES = sa.table(
    "signing_enclosures",
    sa.column("id", sa.Uuid),
    sa.column("request_id", sa.Uuid),
    *(sa.column(name) for name in ("sha256", "size", "key", "certificate", "revision_sha256", "attributes")),
)


class EnclosureAdmission:
    """Says yes by returning the journal's line, and no by SealRefused or CertificateRefused."""

    def __init__(self, engine: sa.Engine, keyring: Keyring, journal: Journal, admission: Admission) -> None:
        self._engine = engine
        self._keyring = keyring
        self._journal = journal
        self._admission = admission

    def admit(self, question: Question, info: KeyInfo, signed: bytes) -> KeyUse:
        """`question.request_id` is the file's own; `signed` is its document with the official's signature."""
        row = self._row(question.request_id)
        if question.request_id != enclosure_id(row.request_id, row.sha256):
            raise SealRefused("This is not how the enclosure is named on record.")
        request, signatures = self._admission.record(row.request_id)
        if request is None or request.state not in (SIGNED, SEALED) or request.seal_key != question.key:
            raise SealRefused("No enclosure of a signed document is on record for this seal.")
        official = signatures.get(OFFICIAL)
        if official is None or official.result_sha256 is None or official.key != request.official_key:
            raise SealRefused("The official's finished signature is not on record.")
        if row.attributes is None or (problem := differs(question, info, row)):
            raise SealRefused("No signature of this key is prepared." if row.attributes is None else problem)
        if hashlib.sha256(signed).hexdigest() != official.result_sha256:
            raise SealRefused("This is not the document that the official signed.")
        if earlier_revision(signed, request.document_sha256) is None:
            raise SealRefused("The official's document does not begin with the one on record.")
        self._admission.check_official(signed, official)
        _check_named(signed, question.revision[: row.size], row.sha256)
        self._admission.check_agency(info, request)
        _check_apart(row.size, question.revision)
        use = question.use(ENCLOSURE, request.on_behalf_of)
        retired_at = self._keyring.retired_at(question.key)
        if self._journal.signed_digests(question.request_id, ENCLOSURE, retired_at) - {use.digest}:
            raise SealRefused("The seal was put on this enclosure before.")
        return use

    def _row(self, enclosure_id: UUID) -> sa.Row[Any]:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(ENCLOSURES).where(ENCLOSURES.c.id == enclosure_id)).first()
        if row is None:
            raise SealRefused("No enclosure of a signed document is on record for this seal.")
        return row


def _check_named(signed: bytes, supplied: bytes, sha256: str) -> None:
    """The file must be, octet for octet, one that the official's signature covers by its digest."""
    if hashlib.sha256(supplied).hexdigest() != sha256:
        raise SealRefused("The revision does not begin with the enclosure on record.")
    try:
        named = enclosures_named(signed)
    except Refused as error:
        raise SealRefused(error.detail) from error
    if sha256 not in named:
        raise SealRefused("The document that the official signed does not name this enclosure.")


def _check_apart(size: int, revision: bytes) -> None:
    try:
        check_revision(size, revision)
    except EnclosureNotSuitable as error:
        raise SealRefused(error.detail) from error
