"""Authorise many documents with one PIN; each is signed by a job of its own, in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from config import tokens
from config.access import SYSTEM
from config.sentences import later
from config.unit_of_work import UnitOfWork, Work
from signing.batches.errors import BatchEmpty
from signing.batches.events import DocumentAuthorised
from signing.batches.models import Batch, BatchItem
from signing.batches.queries import being_signed
from signing.requests.errors import SignatoryWrong
from signing.requests.models import State
from signing.requests.queries import get_requests
from signing.signer.client import SignerClient


def open_batch(unit: UnitOfWork, signatory: str, key: str, pin: str, request_ids: Sequence[UUID]) -> UUID:
    """Have the key opened for exactly these documents and put the batch on record; returns its id.

    What is signed already, or being signed in another batch of the same official, is left out; where nothing is
    left, that other batch is the answer: a second click finds the first. Raises WrongPin, PinLocked,
    SignatureRefused, SignatoryWrong, BatchEmpty; nothing is signed then. Killed in between, the authorisation
    runs out unused.
    """
    with unit.begin(SYSTEM) as work:
        documents = _documents(work, signatory, key, request_ids)
        others = being_signed(work, signatory)
        if documents and documents.keys() <= others.keys():
            return others[next(iter(documents))]
    if not documents:
        raise BatchEmpty(later("None of these documents waits for your signature any more."))
    signer = unit.tools[SignerClient]
    authorisation, ends = signer.authorise(key, pin, documents)
    with unit.begin(SYSTEM) as work:
        batch = Batch(signatory=signatory, key=key, authorisation=authorisation, ends_at=ends)
        batch_id, kept = _keep(work, batch, documents)
    for left_out in documents.keys() - kept:
        signer.signed(left_out, authorisation)
    return batch_id


def _documents(work: Work, signatory: str, key: str, request_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The digests of those that wait, by request."""
    found: dict[UUID, str] = {}
    for request in get_requests(work, request_ids):
        if request.signatory != signatory or request.official_key != key:
            raise SignatoryWrong(later("This document is prepared for another person's signature."))
        if request.state == State.FILED:
            found[request.id] = request.document_sha256
    return found


def _keep(work: Work, batch: Batch, documents: dict[UUID, str]) -> tuple[UUID, set[UUID]]:
    """The batch's id and its documents; another half of a double click may have come first."""
    work.session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_lock_number(batch.signatory),))
    others = being_signed(work, batch.signatory)
    waiting = _documents(work, batch.signatory, batch.key, list(documents))
    kept = [request_id for request_id in documents if request_id in waiting and request_id not in others]
    if not kept and others:
        return next((others[one] for one in documents if one in others), next(iter(others.values()))), set()
    batch.id, batch.opened_at = tokens.new_id(), work.clock.now()
    work.session.add(batch)
    work.session.flush()
    for position, request_id in enumerate(kept, 1):
        item = BatchItem(id=tokens.new_id(), batch_id=batch.id, request_id=request_id, position=position)
        item.document_sha256 = documents[request_id]
        work.session.add(item)
    work.record_all([DocumentAuthorised(batch.id, request_id) for request_id in kept])
    return batch.id, set(kept)


def _lock_number(signatory: str) -> int:
    digest = hashlib.sha256(f"batch\n{signatory}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
