"""Refuse with reasons, on grounds that the procedure knows, each with its provision and its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from config.unit_of_work import Work
from licensing.catalogue.terms import Outcome
from licensing.decisions.decide import Verdict, decide
from licensing.decisions.events import DecisionRefused
from licensing.decisions.models import Decision


def refuse(work: Work, application_id: UUID, reason: str, grounds: Sequence[str]) -> Decision:
    """Decide to refuse; the refusal is then prepared as an official paper. Raises what `decide` raises."""
    decision = decide(work, application_id, Verdict(Outcome.REFUSED, reason, grounds))
    work.record(DecisionRefused(decision.id, application_id))
    return decision
