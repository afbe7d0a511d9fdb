"""Reserve the random marks of a paper (issuance step 2a), before its document is composed around them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config.tokens import random_bytes
from config.unit_of_work import Work
from registry.entries.codes import new_register_code
from registry.entries.errors import ReservationNotFound, ReservationSpent
from registry.entries.leaf import LIST_BITS
from registry.entries.models import PaperReservation, Reserved

PAPERS_IN_LIST = 1 << 18  # a quarter of a list's places: a random one among them tells nothing of the order


def reserve_paper(work: Work, owner_key: str) -> PaperReservation:
    """Register code, entry id and status index for `owner_key`; the same ones when asked again.

    Raises ReservationSpent when what was reserved became void: it is never given out again.
    """
    fresh = {
        "owner_key": owner_key,
        "lid": random_bytes(16),
        "register_code": new_register_code(),
        "status_index": _free_index(work),
        "state": Reserved.RESERVED,
        "reserved_at": work.clock.now(),
    }
    made = insert(PaperReservation).values(**fresh).on_conflict_do_nothing(index_elements=["owner_key"])
    work.session.execute(made)
    reservation = reservation_of(work, owner_key)
    if reservation.state == Reserved.VOID:
        raise ReservationSpent(f"What was reserved for this is void: {reservation.void_reason}")
    return reservation


def _free_index(work: Work) -> int:
    """A random free place in the present status list; an index belongs to one paper for ever."""
    taken = work.session.scalar(sa.select(sa.func.count()).select_from(PaperReservation)) or 0
    while True:
        place = int.from_bytes(random_bytes(8), "big") >> (64 - LIST_BITS)
        index = (taken // PAPERS_IN_LIST) << LIST_BITS | place
        if not work.session.scalar(sa.select(PaperReservation.owner_key).where(PaperReservation.status_index == index)):
            return index


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
