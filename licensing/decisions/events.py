"""What is proposed, decided, held back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class RecommendationMade(Event):
    recommendation_id: UUID
    application_id: UUID
    outcome: str


@dataclass(frozen=True)
class DecisionApproved(Event):
    """A licence is granted; what follows is its preparation."""

    decision_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class DecisionRefused(Event):
    """The application is refused; what follows is the signed paper that says why, and what can be done about it."""

    decision_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class DecisionSentBack(Event):
    application_id: UUID


@dataclass(frozen=True)
class DecisionSetAside(Event):
    """What the decision rested on has changed before it took effect; the application is examined again."""

    decision_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class HoldPlaced(Event):
    hold_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class HoldEnded(Event):
    hold_id: UUID
    application_id: UUID
