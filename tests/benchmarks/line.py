"""Many licences at once through the API, as people issue them: a stack is decided, signed, sealed, published."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.demonstration.walk import Walk
from licensing.licences.models import Licence
from registry.entries.models import Paper
from signing.requests.models import SigningRequest, State
from tests.benchmarks.installation import Installation, wait_until


def _quietly(line: str) -> None:
    """What the walk tells is of no interest here."""


class Line:
    """The line of one installation. Waiting asks the database, not the server: it costs our processes nothing."""

    def __init__(self, installation: Installation, unit: UnitOfWork) -> None:
        self._walk = Walk(installation.address, installation.secrets, _quietly)
        self._pin = installation.secrets.pin
        self._unit = unit

    def bring_to_decision(self, count: int) -> list[str]:
        """So many applications, complete, examined and recommended; their ids."""
        applications = []
        for _ in range(count):
            application = self._walk.apply()
            self._walk.accept(application)
            self._walk.examine(application)
            applications.append(application)
        return applications

    def issue(self, applications: Sequence[str]) -> None:
        """Decide, sign, seal; return when all are published."""
        for application in applications:
            self._walk.decide(application)
        official, clerk = self._walk.caller("lanhdao"), self._walk.caller("vanthu")
        for request in self._waiting(State.FILED, len(applications)):
            official.sign(str(request), self._pin)
        for request in self._waiting(State.SIGNED, len(applications)):
            clerk.post(f"/v1/signing-requests/{request}/seal")
        wait_until("all licences are published", lambda: self._published(applications) == len(applications))

    def papers(self, applications: Sequence[str]) -> list[Paper]:
        """The published papers of applications."""
        ids = [UUID(application) for application in applications]
        with self._unit.begin(SYSTEM) as work:
            query = sa.select(Paper).join(Licence, Licence.entry_id == Paper.entry_id)
            return list(work.session.scalars(query.where(Licence.application_id.in_(ids))))

    def _waiting(self, state: State, count: int) -> list[UUID]:
        """The ids of the documents in a state, once there are so many."""
        query = sa.select(SigningRequest.id).where(SigningRequest.state == state).order_by(SigningRequest.filed_at)
        found: list[UUID] = []

        def enough() -> bool:
            with self._unit.begin(SYSTEM) as work:
                found[:] = work.session.scalars(query)
            return len(found) >= count

        wait_until(f"{count} documents are {state}", enough)
        return found

    def _published(self, applications: Sequence[str]) -> int:
        return sum(paper.published_at is not None for paper in self.papers(applications))
