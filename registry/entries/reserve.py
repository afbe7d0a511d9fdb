"""Reserve the random marks of a paper (issuance step 2a), before its document is composed around them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config.tokens import random_bytes
from config.unit_of_work import Work
from registry.entries.codes import new_register_code
from registry.entries.errors import ReservationNotFound, ReservationSpent
from registry.entries.models import PaperReservation, Reserved

INDEX_BITS = 40  # a random place among many lists: which number came first tells nothing


def reserve_paper(work: Work, owner_key: str) -> PaperReservation:
    """Register code, entry id and status index for `owner_key`; the same ones when asked again."""
    fresh = {
        "owner_key": owner_key,
        "lid": random_bytes(16),
        "register_code": new_register_code(),
        "status_index": int.from_bytes(random_bytes(8), "big") >> (64 - INDEX_BITS),
        "state": Reserved.RESERVED,
        "reserved_at": work.clock.now(),
    }
    made = insert(PaperReservation).values(**fresh).on_conflict_do_nothing(index_elements=["owner_key"])
    work.session.execute(made)
    return reservation_of(work, owner_key)


def reservation_of(work: Work, owner_key: str) -> PaperReservation:
    """What is reserved, locked until the end of the transaction; raises ReservationNotFound."""
    query = sa.select(PaperReservation).where(PaperReservation.owner_key == owner_key).with_for_update()
    if found := work.session.scalar(query.execution_options(populate_existing=True)):
        return found
    raise ReservationNotFound("Nothing is reserved for this.")


def void_paper(work: Work, owner_key: str, reason: str) -> None:
    """The reserved marks will stand on no licence; raises ReservationSpent when they already do."""
    reservation = reservation_of(work, owner_key)
    if reservation.state == Reserved.USED:
        raise ReservationSpent("These marks stand on a licence.")
    if reservation.state == Reserved.RESERVED:
        reservation.state, reservation.void_reason = Reserved.VOID, reason
