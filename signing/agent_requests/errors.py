"""Why a request to an agent is not made, or not believed."""

from config.errors import NotAllowed, RuleBroken


class AgentRequestInvalid(NotAllowed):
    """The request to an agent is not one that this installation signed, or its time is over."""


class AgentRequestMalformed(RuleBroken):
    """What names the agent and its connection is not as an agent says it."""


class VerbNotServed(RuleBroken):
    """Agents cannot be asked for this act here; the reason is said."""
