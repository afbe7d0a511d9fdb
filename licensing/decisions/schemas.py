"""The shape of recommendations, decisions and holds in the API."""

from __future__ import annotations

from marshmallow import fields, validate

from licensing.accounts.schemas import StrictSchema, line
from licensing.applications.schemas import short_id, text

OUTCOMES = ["granted", "refused"]


class ProposalSchema(StrictSchema):
    """What an officer proposes; a refusal names its grounds, a grant may name conditions."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = text(4000, required=True)
    grounds = fields.List(short_id(), validate=validate.Length(0, 20), load_default=list)
    conditions = fields.List(line(1000), validate=validate.Length(0, 50), load_default=list)


class RecommendationSchema(StrictSchema):
    id = fields.UUID()
    application_id = fields.UUID()
    outcome = fields.String()
    reason = fields.String()
    grounds = fields.List(fields.String())
    conditions = fields.List(fields.String())
    recommended_by = fields.UUID()
    recommended_at = fields.AwareDateTime(format="iso")


class NewDecisionSchema(StrictSchema):
    """What the approver decides; a refusal has its reason and names its grounds."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = text(4000, shortest=0, load_default="")
    grounds = fields.List(short_id(), validate=validate.Length(0, 20), load_default=list)


class ReasonSchema(StrictSchema):
    reason = text(4000, required=True)


class DecisionSchema(StrictSchema):
    """A decision. `remedies` say for each ground what it means and what can be done, and last the appeal."""

    id = fields.UUID()
    application_id = fields.UUID()
    outcome = fields.String()
    reason = fields.String()
    grounds = fields.List(fields.String())
    remedies = fields.List(fields.Dict(keys=fields.String()))
    conditions = fields.List(fields.String())
    recommended_by = fields.UUID()
    decided_by = fields.UUID()
    decided_at = fields.AwareDateTime(format="iso")
    evidence_sha256 = fields.String()


class HoldSchema(StrictSchema):
    """Keeps a licence from being granted or issued until it is lifted."""

    id = fields.UUID()
    application_id = fields.UUID()
    reason = fields.String()
    placed_by = fields.UUID()
    placed_at = fields.AwareDateTime(format="iso")
    lifted_by = fields.UUID(allow_none=True)
    lifted_at = fields.AwareDateTime(format="iso", allow_none=True)
    lift_reason = fields.String(allow_none=True)
