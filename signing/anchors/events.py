"""What happened to trust, for the audit."""

from dataclasses import dataclass

from config.events import Event


@dataclass(frozen=True)
class TrustChanged(Event):
    """A decision about anchors was written down; `trust_events` has who, when and why."""

    trust_event_id: int
    act: str
    group: str
