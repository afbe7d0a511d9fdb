"""Sign and timestamp one document of a batch, in one job. It may be repeated: killed anywhere, it is signed once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from config.access import SYSTEM
from config.errors import Refused, Unavailable
from config.sentences import Sentence
from config.unit_of_work import UnitOfWork, Work
from signing.batches.models import Batch, BatchItem, ItemState
from signing.batches.queries import item_of
from signing.requests.complete import complete_signature
from signing.requests.errors import AlreadySigned
from signing.requests.models import Role
from signing.requests.queries import get_request, has_signed
from signing.requests.sign import sign_authorised
from signing.signer.client import SignerClient
from signing.signer.errors import AuthorisationEnded, SignerUnavailable


def sign_item(unit: UnitOfWork, batch_id: UUID, request_id: UUID, check: Callable[[], None]) -> None:
    """Sign it if it still waits, and finish what is signed; `check` says no (Refused) to an official who may not.

    What is down for a while (Unavailable) passes through, so that the job tries again.
    """
    with unit.begin(SYSTEM) as work:
        item = item_of(work, batch_id, request_id)
        batch, state = item.batch, item.state
    if state == ItemState.WAITING:
        state = _sign(unit, batch, request_id, check)
    if state == ItemState.SIGNED:
        complete_signature(unit, request_id, Role.OFFICIAL)


def _sign(unit: UnitOfWork, batch: Batch, request_id: UUID, check: Callable[[], None]) -> ItemState:
    """What became of it, as it is then on record."""
    state, refusal = ItemState.SIGNED, None
    try:
        check()
        sign_authorised(unit, request_id, batch.signatory, batch.authorisation)
    except (AlreadySigned, AuthorisationEnded, Unavailable) as error:
        if not _is_signed(unit, request_id):
            if isinstance(error, Unavailable):
                raise
            state = ItemState.ENDED
    except Refused as error:
        state, refusal = ItemState.REFUSED, error
    with unit.begin(SYSTEM) as work:
        settled = _settle(work, item_of(work, batch.id, request_id, lock=True), state, refusal)
    _tell_signer(unit, batch.authorisation, request_id)
    return settled


def _is_signed(unit: UnitOfWork, request_id: UUID) -> bool:
    with unit.begin(SYSTEM) as work:
        return has_signed(get_request(work, request_id))


def _settle(work: Work, item: BatchItem, state: ItemState, refusal: Refused | None) -> ItemState:
    if item.state != ItemState.WAITING:
        return ItemState(item.state)
    item.state, item.done_at = state, work.clock.now()
    if refusal is not None:
        said = refusal.detail
        pattern, values = (said.pattern, said.values) if isinstance(said, Sentence) else (said, {})
        item.refusal = {"pattern": pattern, "values": {name: str(value) for name, value in values.items()}}
    return state


def _tell_signer(unit: UnitOfWork, authorisation: str, request_id: UUID) -> None:
    """Nothing more will be asked for this document. A signer that is away forgot the authorisation anyhow."""
    try:
        unit.tools[SignerClient].signed(request_id, authorisation)
    except SignerUnavailable:
        return
