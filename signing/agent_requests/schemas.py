"""The shape of what agents ask and are answered."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from signing.agent_requests.jws import LONGEST


class AgentDocumentSchema(Schema):
    """The request that the agent was given: it opens the document it is about, and no other."""

    class Meta:
        unknown = RAISE

    request = fields.String(
        required=True, validate=[validate.Length(16, LONGEST), validate.Regexp(r"^[A-Za-z0-9_.-]+$")]
    )


class AgentKeySchema(Schema):
    """Who signs requests to agents: an origin and its keys (RFC 7517); acts served, and why others are not."""

    version = fields.Integer()
    issuer = fields.String()
    keys = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    verbs = fields.List(fields.String())
    not_served = fields.Dict(keys=fields.String(), values=fields.String())
