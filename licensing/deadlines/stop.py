"""Stop the clock of the authority when the result is there, or nothing more is to be done."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from config.unit_of_work import Work
from licensing.deadlines.models import ApplicationTimeLimit
from licensing.deadlines.start import note


class ConcernsApplication(Protocol):
    """Any event that says which application it is about."""

    @property
    def application_id(self) -> UUID: ...


def stop_time_limit(work: Work, event: ConcernsApplication) -> None:
    """End the clock now (reaction, together). The first end stays; an application that was never accepted has none."""
    limit = work.session.get(ApplicationTimeLimit, event.application_id, with_for_update=True)
    if limit is None or limit.ended_at is not None:
        return
    limit.ended_at = work.clock.now()
    note(work, limit, "ended")
