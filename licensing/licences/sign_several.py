"""Sign, or have sealed, several documents that were looked at, one after the other, with a result for each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from config.access import Actor
from config.errors import Refused, Unavailable
from config.unit_of_work import UnitOfWork
from licensing.licences.queries import document_in_reach
from licensing.licences.seal import seal_document
from licensing.licences.sign import sign_document
from licensing.licences.view import check_viewed
from signing.requests.errors import AlreadySigned
from signing.requests.queries import has_signed
from signing.signer.errors import PinLocked, WrongPin

MOST = 20
SECONDS = 20.0  # nobody waits longer for one answer; what is left is signed by the next one


@dataclass(frozen=True)
class Result:
    """What became of one document; no `refusal`: it is signed, by now or before."""

    request_id: UUID
    refusal: Refused | None = None


@dataclass(frozen=True)
class Results:
    """What became of each, in order; `pin_refusal` when a PIN was wrong: after that nothing more was tried."""

    items: Sequence[Result]
    pin_refusal: WrongPin | PinLocked | None = None

    @property
    def done(self) -> list[UUID]:
        return [item.request_id for item in self.items if item.refusal is None]

    @property
    def refused(self) -> list[Result]:
        return [item for item in self.items if item.refusal is not None]


def sign_several(unit: UnitOfWork, actor: Actor, request_ids: Sequence[UUID], pin: str) -> Results:
    """Sign each in turn. A wrong PIN or a silent signer ends it; whatever else is wrong concerns one document only.

    PIN attempts are few, so a wrong one is never tried twice. May be run again: what is signed stays signed.
    """
    items: list[Result] = []
    began = time.monotonic()
    for request_id in request_ids:
        if time.monotonic() - began > SECONDS:
            break
        try:
            _sign(unit, actor, request_id, pin)
        except (WrongPin, PinLocked) as refusal:
            return Results(items, refusal)
        except Refused as refusal:
            items.append(Result(request_id, refusal))
            if isinstance(refusal, Unavailable):
                break
        else:
            items.append(Result(request_id))
    return Results(items)


def _sign(unit: UnitOfWork, actor: Actor, request_id: UUID, pin: str) -> None:
    """Sign one; one that is signed already, maybe by the other half of a double click, is no failure."""
    try:
        with unit.begin(actor) as work:
            if has_signed(document_in_reach(work, request_id)):
                return
            check_viewed(work, request_id)
        sign_document(unit, actor, request_id, pin)
    except AlreadySigned:
        return
    except (WrongPin, PinLocked):
        raise
    except Refused:
        with unit.begin(actor) as work:
            if has_signed(document_in_reach(work, request_id)):
                return
        raise


def seal_several(unit: UnitOfWork, actor: Actor, request_ids: Sequence[UUID]) -> Results:
    """Order the seal for each; the seals are put on by jobs."""
    items: list[Result] = []
    for request_id in request_ids:
        try:
            with unit.begin(actor) as work:
                check_viewed(work, request_id)
                seal_document(work, request_id)
        except Refused as refusal:
            items.append(Result(request_id, refusal))
        else:
            items.append(Result(request_id))
    return Results(items)
