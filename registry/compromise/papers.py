"""Which papers a key signed, and which of them the log had seen before the key was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from config.unit_of_work import Work
from registry.entries.models import Entry, EntryEvent, Paper
from registry.entries.rules import TELLS_OF_PAPER
from registry.log.models import LogLeaf, SignedCheckpoint
from signing.requests.models import Role, Signature, SigningRequest, State
from signing.requests.seal_anew import certificates_with


@dataclass(frozen=True)
class SignedPaper:
    """The newest paper of an entry, with when the key signed it and where it stands in the log.

    `official` is the certificate of its official. `index` is that of its leaf, `size` and `witnessed_at` are of the
    first signed head over it; None when not logged.
    """

    paper_id: UUID
    entry_id: UUID
    request_id: UUID
    register_code: str
    made_at: datetime
    official: bytes
    index: int | None
    size: int | None
    witnessed_at: datetime | None

    def witnessed_before(self, moment: datetime) -> bool:
        """Whether anybody could have seen its leaf under a signed head before that moment."""
        return self.witnessed_at is not None and self.witnessed_at < moment

    @property
    def place(self) -> str:
        """Where it stands in the log, as words."""
        if self.witnessed_at is None:
            return "not in the log yet"
        at = self.witnessed_at.isoformat(timespec="seconds")
        return f"leaf {self.index}, first under the checkpoint of {self.size} leaves signed at {at}"


def papers_signed_with(work: Work, role: Role, key: str, mark: str) -> Sequence[SignedPaper]:
    """The newest papers of all entries that this key signed in this role, in the order of their signatures."""
    certificates = certificates_with(work, role, key, mark)
    used, seal, signatory, later = aliased(Signature), aliased(Signature), aliased(Signature), aliased(Paper)
    place = sa.func.row_number().over(partition_by=EntryEvent.entry_id, order_by=EntryEvent.seq).label("version")
    acts = sa.select(EntryEvent.id, EntryEvent.entry_id, place).where(EntryEvent.kind.in_(TELLS_OF_PAPER)).subquery()
    first = sa.select(sa.func.min(SignedCheckpoint.size)).where(SignedCheckpoint.size > LogLeaf.leaf_index)
    size = first.correlate(LogLeaf).scalar_subquery()
    signed = sa.select(sa.func.min(SignedCheckpoint.signed_at)).where(SignedCheckpoint.size > LogLeaf.leaf_index)
    query = (
        sa.select(
            Paper.id,
            Paper.entry_id,
            seal.request_id,
            Entry.register_code,
            used.made_at,
            signatory.certificate,
            LogLeaf.leaf_index,
            size,
            signed.correlate(LogLeaf).scalar_subquery(),
        )
        .join(seal, sa.and_(seal.request_id == used.request_id, seal.role == Role.SEAL))
        .join(signatory, sa.and_(signatory.request_id == used.request_id, signatory.role == Role.OFFICIAL))
        .join(Paper, Paper.sealed_sha256 == seal.result_sha256)
        .join(Entry, Entry.id == Paper.entry_id)
        .outerjoin(acts, sa.and_(acts.c.entry_id == Paper.entry_id, acts.c.version == Paper.version))
        .outerjoin(LogLeaf, LogLeaf.event_id == acts.c.id)
        .where(used.role == role, used.key == key, used.certificate.in_(certificates))
        .where(~sa.exists().where(later.entry_id == Paper.entry_id, later.version > Paper.version))
        .order_by(used.made_at, Paper.id)
    )
    return [SignedPaper(*row) for row in work.session.execute(query)]


@dataclass(frozen=True)
class SignedDocument:
    """A finished document that is no paper of the register: what it is, and when the key signed it."""

    request_id: UUID
    summary: str
    made_at: datetime


def documents_signed_with(work: Work, role: Role, key: str, mark: str) -> Sequence[SignedDocument]:
    """Sealed documents that this key signed and that no log tells of."""
    certificates = certificates_with(work, role, key, mark)
    used, seal = aliased(Signature), aliased(Signature)
    query = (
        sa.select(SigningRequest.id, SigningRequest.summary, used.made_at)
        .join(used, used.request_id == SigningRequest.id)
        .join(seal, sa.and_(seal.request_id == SigningRequest.id, seal.role == Role.SEAL))
        .where(SigningRequest.state == State.SEALED, used.role == role, used.key == key)
        .where(used.certificate.in_(certificates), ~sa.exists().where(Paper.sealed_sha256 == seal.result_sha256))
        .order_by(used.made_at, SigningRequest.id)
    )
    rows = work.session.execute(query)
    return [SignedDocument(request, summary, made) for request, summary, made in rows if made is not None]
