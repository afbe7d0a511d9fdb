"""Statements under a seal: JSON alone, on record, by the seal that the record names, and never what could be a PDF's.

A seal's signature over a PDF needs the official's; so what is signed here must not be usable there. A JWS signing input
is text that begins with "eyJ", and a PDF's signature is over a SET OF attributes: the one is never the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from cryptography import x509

from signing.jades.jws import check_input
from signing.journal.record import KeyUse
from signing.keys.protocol import KeyInfo
from signing.pades.errors import CertificateNotSuitable, SignatureValueWrong
from signing.signer.errors import CertificateRefused, SealRefused
from signing.signer.fitness import OTHER_AGENCY, QC_AGENCY, names_agency
from signing.signer.official_signature import Trust

STATEMENT = "statement"  # as the journal names the purpose
STATEMENTS = sa.table(
    "signing_statements",
    sa.column("id", sa.Uuid),
    *(sa.column(name) for name in ("seal_key", "on_behalf_of", "content", "certificate", "signing_input", "result")),
)


def statement_use(statement_id: UUID, key: str, asked: bytes, on_behalf_of: str = "") -> KeyUse:
    """How the journal names it."""
    return KeyUse(key, STATEMENT, hashlib.sha256(asked).hexdigest(), statement_id, on_behalf_of)


class StatementAdmission:
    """Says yes by returning the journal's line, and no by SealRefused or CertificateRefused."""

    def __init__(self, engine: sa.Engine, trust: Callable[[], Trust]) -> None:
        self._engine = engine
        self._trust = trust

    def admit(self, statement_id: UUID, key: str, asked: bytes, info: KeyInfo) -> KeyUse:
        """The record must say exactly this, for this seal, and the seal's certificate must be good and the agency's."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(STATEMENTS).where(STATEMENTS.c.id == statement_id)).first()
        if row is None or row.seal_key != key or not key.startswith("seal-"):
            raise SealRefused("No statement is on record for this seal.")
        if row.signing_input is None or bytes(row.signing_input) != asked or bytes(row.certificate) != info.certificate:
            raise SealRefused("This is not the statement on record.")
        try:
            check_input(asked, bytes(row.content), info.certificate)
        except (SignatureValueWrong, CertificateNotSuitable) as error:
            raise SealRefused(error.detail) from error
        certificate = x509.load_der_x509_certificate(info.certificate)
        if not names_agency(certificate, row.on_behalf_of):
            raise CertificateRefused(OTHER_AGENCY)
        self._trust().refuse(certificate, [x509.load_der_x509_certificate(der) for der in info.chain], QC_AGENCY)
        return statement_use(statement_id, key, asked, row.on_behalf_of)
