"""Sign many documents that were looked at, with one PIN: each by a job that asks again whether it may."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from config.access import Actor
from config.sentences import later
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts import roles
from licensing.accounts.authority import signing_authority
from licensing.accounts.queries import account_by_id, actor_of
from licensing.licences.sign import request_in_reach
from licensing.licences.view import check_viewed
from signing.batches.events import DocumentAuthorised
from signing.batches.models import BatchItem
from signing.batches.open import open_batch
from signing.batches.sign import sign_item
from signing.requests.errors import SignatoryWrong


def sign_batch(unit: UnitOfWork, actor: Actor, request_ids: Sequence[UUID], pin: str) -> UUID:
    """Authorise the signature of these documents, every one of which the caller looked at; returns the batch's id.

    Raises what the signer says (WrongPin, PinLocked …), DocumentNotViewed, what authority says; nothing is signed then.
    """
    with unit.begin(actor) as work:
        keys = {_may_sign(work, request_id) for request_id in request_ids}
        for request_id in request_ids:
            check_viewed(work, request_id)
    if len(keys) != 1:
        raise SignatoryWrong(later("These documents are prepared for different keys; sign them apart."))
    return open_batch(unit, str(actor.account_id), keys.pop(), pin, request_ids)


def sign_authorised_document(unit: UnitOfWork, event: DocumentAuthorised) -> None:
    """Sign one of them (reaction): authority and appointment are asked at this instant."""
    sign_item(unit, event.batch_id, event.request_id, _still_may)


def _still_may(work: Work, item: BatchItem) -> None:
    account = account_by_id(work, UUID(item.batch.signatory))
    _may_sign(work.by(actor_of(work, account)), item.request_id)


def _may_sign(work: Work, request_id: UUID) -> str:
    """The key that signs; raises what reach and authority say."""
    request = request_in_reach(work, request_id, roles.DECIDE)
    authority = signing_authority(work, work.actor.account_id, request.agency)
    if authority.signing_key != request.official_key:
        raise SignatoryWrong(later("This document is prepared for another key; it must be prepared anew."))
    return authority.signing_key
