"""Reserve the random marks of a paper (issuance step 2a), before its document is composed around them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from config.tokens import new_id, random_bytes
from config.unit_of_work import Work
from registry.entries.codes import new_register_code
from registry.entries.disclosures import commit, facts_in
from registry.entries.errors import ReservationNotFound, ReservationSpent
from registry.entries.models import PaperReservation, Reserved

LIST_SIZE = 2**20  # places in one status list
DRAWS = 8  # a list in which so many draws hit taken places is nearly full: on to the next


def reserve_paper(work: Work, owner_key: str) -> PaperReservation:
    """Register code, entry id and status place for `owner_key`; the same ones when asked again, new ones after a void.

    The place is random within its list, so that it does not tell which number came first.
    """
    if held := find_reservation(work, owner_key):
        return held
    newest = work.session.scalar(sa.select(sa.func.max(PaperReservation.status_list))) or 0
    for status_list in [newest] * DRAWS + [newest + 1] * DRAWS:
        fresh: dict[str, Any] = {
            "id": new_id(),
            "owner_key": owner_key,
            "lid": random_bytes(16),
            "register_code": new_register_code(),
            "status_list": status_list,
            "status_index": int.from_bytes(random_bytes(4), "big") % LIST_SIZE,
            "disclosures": [],
            "digests": [],
            "state": Reserved.RESERVED,
            "reserved_at": work.clock.now(),
        }
        work.session.execute(insert(PaperReservation).values(**fresh).on_conflict_do_nothing())
        if held := find_reservation(work, owner_key):
            return held
    raise RuntimeError("No free place was found in two status lists.")


def commit_facts(work: Work, owner_key: str, facts: Mapping[str, Any]) -> bytes:
    """Commit to all facts of a reserved paper; its `ver` (32 bytes), which the paper itself may then carry.

    The same facts give the same `ver` again, other facts a new one. Raises ReservationNotFound, ReservationSpent.
    """
    held = reservation_of(work, owner_key)
    if held.state != Reserved.RESERVED:
        raise ReservationSpent("The paper was entered.")
    if held.ver is not None and same_facts(held, facts):
        return held.ver
    commitment = commit(facts)
    held.disclosures = [disclosure.text for disclosure in commitment.disclosures]
    held.digests, held.ver = list(commitment.digests), commitment.ver
    work.session.flush()
    return commitment.ver


def same_facts(held: PaperReservation, facts: Mapping[str, Any]) -> bool:
    """Whether these are the facts that were committed to, as JSON has them."""
    return bool(facts_in(held.disclosures) == json.loads(json.dumps(dict(facts))))


def find_reservation(work: Work, owner_key: str) -> PaperReservation | None:
    """The living reservation, locked until the end of the transaction."""
    query = sa.select(PaperReservation).where(
        PaperReservation.owner_key == owner_key, PaperReservation.state != Reserved.VOID
    )
    return work.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def reservation_of(work: Work, owner_key: str) -> PaperReservation:
    """The living reservation, locked until the end of the transaction; raises ReservationNotFound."""
    if found := find_reservation(work, owner_key):
        return found
    raise ReservationNotFound("Nothing is reserved for this, or it is void.")


def void_paper(work: Work, owner_key: str, reason: str) -> None:
    """The reserved marks will stand on no licence: facts and salts are deleted, the marks never given again.

    Does nothing when nothing living is reserved; raises ReservationSpent when the marks stand on a licence.
    """
    held = find_reservation(work, owner_key)
    if held is None:
        return
    if held.state == Reserved.USED:
        raise ReservationSpent("These marks stand on a licence.")
    held.state, held.void_reason = Reserved.VOID, reason
    held.disclosures = []
    work.session.flush()
