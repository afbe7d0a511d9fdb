"""Recommendations, decisions and holds over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from config.access import begin_work, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import APPLY, DECIDE, EXAMINE, HOLD, READ_APPLICATIONS
from licensing.applications.api import ONE
from licensing.applications.overview import overview_of
from licensing.applications.schemas import ApplicationSchema
from licensing.catalogue.terms import Outcome
from licensing.decisions.approve import approve
from licensing.decisions.hold import lift_hold, place_hold
from licensing.decisions.models import Decision, Hold, Recommendation
from licensing.decisions.queries import decision_on, holds_in_charge
from licensing.decisions.recommend import Proposal, recommend
from licensing.decisions.refuse import refuse
from licensing.decisions.schemas import (
    DecisionSchema,
    HoldSchema,
    NewDecisionSchema,
    ProposalSchema,
    ReasonSchema,
    RecommendationSchema,
)
from licensing.decisions.send_back import send_back

decisions = Blueprint("decisions", __name__, url_prefix="/v1/applications", description="What is decided, and by whom")


@decisions.post(f"{ONE}/recommendation")
@decisions.arguments(ProposalSchema)
@decisions.response(201, RecommendationSchema)
@decisions.doc(**SIGNED_IN)
@requires(EXAMINE)
def propose(proposal: dict[str, Any], application_id: UUID) -> Recommendation:
    """Propose what to decide, with reasons; this completes the step that asks for it."""
    with begin_work() as work:
        return recommend(work, application_id, Proposal(**proposal))


@decisions.post(f"{ONE}/recommendation/return")
@decisions.arguments(ReasonSchema)
@decisions.response(200, ApplicationSchema)
@decisions.doc(**SIGNED_IN)
@requires(DECIDE)
def return_proposal(given: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Do not decide, but send the proposal back with the reason."""
    with begin_work() as work:
        return overview_of(work, send_back(work, application_id, given["reason"]))


@decisions.post(f"{ONE}/decision")
@decisions.arguments(NewDecisionSchema)
@decisions.response(201, DecisionSchema)
@decisions.doc(**SIGNED_IN)
@requires(DECIDE)
def decide(verdict: dict[str, Any], application_id: UUID) -> Decision:
    """Grant, or refuse on named grounds: by somebody with authority who did not recommend it."""
    with begin_work() as work:
        if verdict["outcome"] == Outcome.GRANTED:
            return approve(work, application_id, verdict["reason"])
        return refuse(work, application_id, verdict["reason"], verdict["grounds"])


@decisions.get(f"{ONE}/decision")
@decisions.response(200, DecisionSchema)
@decisions.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def show(application_id: UUID) -> Decision:
    """What was decided. The applicant sees it when the signed document is there."""
    with begin_work() as work:
        return decision_on(work, application_id)


@decisions.post(f"{ONE}/holds")
@decisions.arguments(ReasonSchema)
@decisions.response(201, HoldSchema)
@decisions.doc(**SIGNED_IN)
@requires(HOLD)
def hold(given: dict[str, Any], application_id: UUID) -> Hold:
    """Keep a licence from being granted or issued; also between decision and entry."""
    with begin_work() as work:
        return place_hold(work, application_id, given["reason"])


@decisions.get(f"{ONE}/holds")
@decisions.response(200, HoldSchema(many=True))
@decisions.doc(**SIGNED_IN)
@requires(READ_APPLICATIONS)
def list_holds(application_id: UUID) -> Sequence[Hold]:
    """The holds of an application, lifted ones too."""
    with begin_work() as work:
        return holds_in_charge(work, application_id)


@decisions.post(f"{ONE}/holds/<uuid:hold_id>/lifting")
@decisions.arguments(ReasonSchema)
@decisions.response(200, HoldSchema)
@decisions.doc(**SIGNED_IN)
@requires(HOLD)
def lift(given: dict[str, Any], application_id: UUID, hold_id: UUID) -> Hold:
    """Lift a hold, with the reason."""
    with begin_work() as work:
        return lift_hold(work, application_id, hold_id, given["reason"])
