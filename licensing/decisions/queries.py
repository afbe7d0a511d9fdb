"""Reads of recommendations, decisions and holds."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from licensing.applications.lifecycle import Status
from licensing.applications.queries import application_in_charge, visible_application
from licensing.decisions.errors import DecisionNotFound, HoldNotFound
from licensing.decisions.models import Decision, Hold, Recommendation


def latest_recommendation(work: Work, application_id: UUID) -> Recommendation | None:
    """The recommendation that counts."""
    query = sa.select(Recommendation).where(Recommendation.application_id == application_id)
    return work.session.scalar(query.order_by(Recommendation.seq.desc()).limit(1))


def recommenders(work: Work, application_id: UUID) -> set[UUID]:
    """Everybody who ever recommended on this application."""
    query = sa.select(Recommendation.recommended_by).where(Recommendation.application_id == application_id)
    return set(work.session.scalars(query))


def decision_by_id(work: Work, decision_id: UUID, *, lock: bool = False) -> Decision:
    """The decision, set aside or not; raises DecisionNotFound."""
    found = work.session.get(Decision, decision_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise DecisionNotFound("There is no such decision.")
    return found


def standing_decision(work: Work, application_id: UUID) -> Decision | None:
    """The decision on an application that was not set aside."""
    query = sa.select(Decision).where(Decision.application_id == application_id, Decision.set_aside_at.is_(None))
    return work.session.scalar(query)


def decision_on(work: Work, application_id: UUID) -> Decision:
    """The standing decision on an application that the caller may see: officials at once, the applicant when closed."""
    application = visible_application(work, application_id)
    decision = standing_decision(work, application_id)
    hidden = application.applicant_id == work.actor.id and application.status != Status.CLOSED
    if decision is None or hidden:
        raise DecisionNotFound("There is no decision on this application yet.")
    return decision


def holds_in_charge(work: Work, application_id: UUID) -> Sequence[Hold]:
    """The holds of an application at an agency of the caller's; raises ApplicationNotFound."""
    return holds_on(work, application_in_charge(work, application_id).id)


def holds_on(work: Work, application_id: UUID, *, open_only: bool = False) -> Sequence[Hold]:
    """The holds of an application, the oldest first."""
    query = sa.select(Hold).where(Hold.application_id == application_id).order_by(Hold.placed_at, Hold.id)
    return work.session.scalars(query.where(Hold.lifted_at.is_(None)) if open_only else query).all()


def hold_on(work: Work, application_id: UUID, hold_id: UUID) -> Hold:
    """One hold of this application, locked; raises HoldNotFound."""
    hold = work.session.get(Hold, hold_id, with_for_update=True, populate_existing=True)
    if hold is None or hold.application_id != application_id:
        raise HoldNotFound("There is no such hold on this application.")
    return hold
