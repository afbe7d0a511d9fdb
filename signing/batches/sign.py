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
from signing.requests.complete import complete_made, complete_signature
from signing.requests.errors import AlreadySigned
from signing.requests.models import Role, SigningRequest
from signing.requests.queries import get_request, has_signed
from signing.requests.sign import Made, may_be_signed, sign_authorised
from signing.signer.client import SignerClient
from signing.signer.errors import AuthorisationEnded, SignerUnavailable

Check = Callable[[Work, BatchItem], None]


def sign_item(unit: UnitOfWork, batch_id: UUID, request_id: UUID, check: Check) -> None:
    """Sign it if it still waits, and finish what is signed; `check` says no (Refused) to an official who may not.

    What is down for a while (Unavailable) passes through, so that the job tries again.
    """
    refusal = request = made = None
    with unit.begin(SYSTEM) as work:
        item = item_of(work, batch_id, request_id)
        batch, state = item.batch, item.state
        if state == ItemState.WAITING:
            try:
                check(work, item)
                request = may_be_signed(work, request_id, batch.signatory)
            except Refused as error:
                refusal = error
    if request is not None:
        try:
            made = _sign(unit, batch, request)
        except Refused as error:
            refusal = error
    if refusal is not None:
        state = _refused(unit, batch, request_id, refusal)
    if made is not None:
        complete_made(unit, *made)
    elif state == ItemState.SIGNED:
        complete_signature(unit, request_id, Role.OFFICIAL)


def _sign(unit: UnitOfWork, batch: Batch, request: SigningRequest) -> Made:
    """Value and state are kept in one transaction."""

    def settle(work: Work) -> None:
        _settle(item_of(work, batch.id, request.id, lock=True), ItemState.SIGNED, work)

    made = sign_authorised(unit, request, batch.authorisation, settle)
    _tell_signer(unit, batch.authorisation, request.id)
    return made


def _refused(unit: UnitOfWork, batch: Batch, request_id: UUID, error: Refused) -> ItemState:
    """Keep what became of a document that was not signed now; another act may have signed it meanwhile."""
    with unit.begin(SYSTEM) as work:
        state = ItemState.REFUSED
        if isinstance(error, AlreadySigned | AuthorisationEnded | Unavailable):
            state = ItemState.SIGNED if has_signed(get_request(work, request_id)) else ItemState.ENDED
        if isinstance(error, Unavailable) and state == ItemState.ENDED:
            raise error
        state = _settle(item_of(work, batch.id, request_id, lock=True), state, work, error)
    _tell_signer(unit, batch.authorisation, request_id)
    return state


def _settle(item: BatchItem, state: ItemState, work: Work, refusal: Refused | None = None) -> ItemState:
    """The state that is on record then: the first one stays."""
    if item.state != ItemState.WAITING:
        return ItemState(item.state)
    item.state, item.done_at = state, work.clock.now()
    if state == ItemState.REFUSED and refusal is not None:
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
