"""File a statement, and have the agency's seal sign it: each step is on record before the next, and may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config import tokens
from config.access import SYSTEM
from config.unit_of_work import UnitOfWork, Work
from signing.jades.jws import finished, imprint_of, signing_input
from signing.requests.models import Role, Signature, SigningRequest
from signing.signer.client import SignerClient
from signing.statements.models import Statement
from signing.timestamps.client import Timestamper


@dataclass(frozen=True)
class Stated:
    """What is to be stated: `content` are the octets of a JSON object, `version` differs when it does."""

    kind: str
    subject: str
    version: str
    seal_key: str
    on_behalf_of: str
    content: bytes


def seal_of(work: Work, sealed_sha256: str) -> tuple[str, str] | None:
    """Name of the key and of the agency behind a sealed document on record; None for one that was sealed elsewhere."""
    query = (
        sa.select(SigningRequest.seal_key, SigningRequest.on_behalf_of)
        .join(Signature, Signature.request_id == SigningRequest.id)
        .where(Signature.role == Role.SEAL, Signature.result_sha256 == sealed_sha256)
    )
    found = work.session.execute(query).first()
    return (found.seal_key, found.on_behalf_of) if found else None


def file_statement(work: Work, stated: Stated) -> UUID:
    """Put it on record; a second one of the same kind, subject and version finds the first."""
    values = {name: getattr(stated, name) for name in stated.__dataclass_fields__}
    row = insert(Statement).values(**values, id=tokens.new_id(), filed_at=work.clock.now())
    work.session.execute(row.on_conflict_do_nothing())
    named = (Statement.kind == stated.kind, Statement.subject == stated.subject, Statement.version == stated.version)
    return work.session.execute(sa.select(Statement.id).where(*named)).scalar_one()


def sign_statement(unit: UnitOfWork, statement_id: UUID) -> None:
    """Have it sealed and timestamped. A job; what was stored first stands, whoever comes second."""
    row = _prepared(unit, statement_id)
    if row.result is not None or row.signing_input is None or row.certificate is None:
        return
    value = row.value
    if value is None:
        value = unit.tools[SignerClient].state(row.id, row.seal_key, row.signing_input)
        value = _kept(unit, statement_id, "value", value)
    token = unit.tools[Timestamper].token(imprint_of(value, row.certificate))
    result = finished(row.signing_input, value, row.certificate, token)
    _kept(unit, statement_id, "result", result)


def newest_statement(work: Work, kind: str, subject: str) -> Statement | None:
    """The finished statement that was filed last."""
    query = sa.select(Statement).where(
        Statement.kind == kind, Statement.subject == subject, Statement.result.is_not(None)
    )
    return work.session.scalar(query.order_by(Statement.filed_at.desc()).limit(1))


def _prepared(unit: UnitOfWork, statement_id: UUID) -> Statement:
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(Statement, statement_id)
    if row.signing_input is not None:
        return row
    key = unit.tools[SignerClient].certificate(row.seal_key)
    asked = signing_input(row.content, key.certificate, key.chain, unit.clock.now())
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(Statement, statement_id, with_for_update=True)
        if row.signing_input is None:
            row.certificate, row.chain, row.signing_input = key.certificate, key.chain, asked
    return row


def _kept(unit: UnitOfWork, statement_id: UUID, name: str, content: bytes) -> bytes:
    """Store a column once; the octets that count."""
    with unit.begin(SYSTEM) as work:
        row = work.session.get_one(Statement, statement_id, with_for_update=True)
        if getattr(row, name) is None:
            setattr(row, name, content)
            if name == "result":
                row.finished_at = work.clock.now()
        return bytes(getattr(row, name))
