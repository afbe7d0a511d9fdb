"""Authorise many documents with one PIN; each is signed by a job of its own, in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from config import tokens
from config.access import SYSTEM
from config.sentences import later
from config.unit_of_work import UnitOfWork, Work
from signing.batches.errors import BatchEmpty
from signing.batches.events import DocumentAuthorised
from signing.batches.models import Batch, BatchItem
from signing.requests.errors import SignatoryWrong
from signing.requests.models import State
from signing.requests.queries import get_request
from signing.signer.client import SignerClient


def open_batch(unit: UnitOfWork, signatory: str, key: str, pin: str, request_ids: Sequence[UUID]) -> UUID:
    """Have the key opened for exactly these documents and put the batch on record; returns its id.

    Those that are signed already are left out. Raises WrongPin, PinLocked, SignatureRefused, SignatoryWrong,
    BatchEmpty; nothing is signed then. Killed in between, the authorisation runs out unused.
    """
    with unit.begin(SYSTEM) as work:
        documents = _documents(work, signatory, key, request_ids)
    authorisation, ends = unit.tools[SignerClient].authorise(key, pin, documents)
    with unit.begin(SYSTEM) as work:
        return _keep(work, signatory, key, documents, authorisation, ends)


def _documents(work: Work, signatory: str, key: str, request_ids: Sequence[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for request_id in request_ids:
        request = get_request(work, request_id)
        if request.signatory != signatory or request.official_key != key:
            raise SignatoryWrong(later("This document is prepared for another person's signature."))
        if request.state == State.FILED:
            found[request_id] = request.document_sha256
    if not found:
        raise BatchEmpty(later("None of these documents waits for your signature any more."))
    return found


def _keep(
    work: Work, signatory: str, key: str, documents: Mapping[UUID, str], authorisation: str, ends: datetime
) -> UUID:
    batch = Batch(
        id=tokens.new_id(),
        signatory=signatory,
        key=key,
        authorisation=authorisation,
        opened_at=work.clock.now(),
        ends_at=ends,
    )
    work.session.add(batch)
    work.session.flush()
    for position, (request_id, document) in enumerate(documents.items(), 1):
        work.session.add(
            BatchItem(
                id=tokens.new_id(),
                batch_id=batch.id,
                request_id=request_id,
                position=position,
                document_sha256=document,
            )
        )
        work.record(DocumentAuthorised(batch.id, request_id))
    return batch.id
