"""Have several documents sealed that were looked at, with a result for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from config.access import Actor
from config.errors import Refused
from config.unit_of_work import UnitOfWork
from licensing.licences.seal import seal_document
from licensing.licences.view import check_viewed


@dataclass(frozen=True)
class Result:
    """What became of one document; no `refusal`: its seal is ordered, by now or before."""

    request_id: UUID
    refusal: Refused | None = None


@dataclass(frozen=True)
class Results:
    """What became of each, in order."""

    items: Sequence[Result]

    @property
    def refused(self) -> list[Result]:
        return [item for item in self.items if item.refusal is not None]


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
