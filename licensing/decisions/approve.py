"""Grant the licence: a second person with authority agrees to the recommendation, and the issue gate is open."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.catalogue.terms import Outcome
from licensing.decisions.decide import Verdict, decide
from licensing.decisions.events import DecisionApproved
from licensing.decisions.models import Decision


def approve(work: Work, application_id: UUID, reason: str = "") -> Decision:
    """Decide to grant; the licence is then prepared, signed, sealed and entered. Raises what `decide` raises."""
    decision = decide(work, application_id, Verdict(Outcome.GRANTED, reason))
    work.record(DecisionApproved(decision.id, application_id))
    return decision
