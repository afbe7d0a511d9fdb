"""What follows from what happens to a signing request."""

from __future__ import annotations

from collections.abc import Mapping

from config.compromise import CompromiseHandled, KeyRetired
from config.events import Event, Reactions, only_where
from config.unit_of_work import UnitOfWork
from signing.receipts.events import ReceiptFiled, ReceiptSigned
from signing.receipts.sign import sign_receipt
from signing.requests.complete import complete_signature
from signing.requests.events import (
    RequestFiled,
    RequestSealed,
    RequestSigned,
    RequestVoided,
    SealOrdered,
    SignatureMade,
)
from signing.requests.models import Role
from signing.requests.seal import seal_request
from signing.sessions.events import SigningSessionBegun, SigningSessionEnded


@only_where(lambda event: not event.in_batch)
def finish_signature(unit: UnitOfWork, event: SignatureMade) -> None:
    """Timestamp and embed a value that a key gave."""
    complete_signature(unit, event.request_id, Role(event.role))


def put_seal(unit: UnitOfWork, event: SealOrdered) -> None:
    """Seal what the clerk asked to be sealed."""
    seal_request(unit, event.request_id)


def put_receipts_signature(unit: UnitOfWork, event: ReceiptFiled) -> None:
    """Sign what the service itself put on record."""
    sign_receipt(unit, event.receipt_id)


REACTIONS: Mapping[type[Event], Reactions] = {
    RequestFiled: Reactions(),
    SignatureMade: Reactions(afterwards=[finish_signature]),
    RequestSigned: Reactions(),
    SealOrdered: Reactions(afterwards=[put_seal]),
    RequestSealed: Reactions(),
    RequestVoided: Reactions(),
    ReceiptFiled: Reactions(afterwards=[put_receipts_signature]),
    ReceiptSigned: Reactions(),
    SigningSessionBegun: Reactions(),
    SigningSessionEnded: Reactions(),
    KeyRetired: Reactions(),
    CompromiseHandled: Reactions(),
}
