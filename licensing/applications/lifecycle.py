"""The life of an application: every move on one screen. No other line of the code assigns a status."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from licensing.applications.errors import MoveNotPossible


class Status(StrEnum):
    """Where an application is. What runs inside `under_review` is the workflow's, task by task."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    UNDER_REVIEW = "under_review"
    PROPOSED = "proposed"
    DECIDED = "decided"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


S = Status
IN_HAND = (S.ACCEPTED, S.UNDER_REVIEW, S.PROPOSED)
MOVES: dict[str, tuple[tuple[Status, ...], Status]] = {
    "submit": ((S.DRAFT, S.RETURNED), S.SUBMITTED),
    "accept": ((S.SUBMITTED,), S.ACCEPTED),
    "return": ((S.SUBMITTED,), S.RETURNED),
    "begin review": ((S.ACCEPTED,), S.UNDER_REVIEW),
    "propose": ((S.ACCEPTED, S.UNDER_REVIEW), S.PROPOSED),
    "send back": ((S.PROPOSED,), S.UNDER_REVIEW),
    "decide": ((S.PROPOSED,), S.DECIDED),
    "set aside": ((S.DECIDED,), S.UNDER_REVIEW),
    "close": ((S.DECIDED,), S.CLOSED),
    "withdraw": ((S.DRAFT, S.SUBMITTED, S.RETURNED, *IN_HAND), S.WITHDRAWN),
}


class Movable(Protocol):
    """What has a status; an application."""

    status: str


def possible(status: str, name: str) -> bool:
    """True when the move starts from this status."""
    return status in MOVES[name][0]


def check_move(application: Movable, name: str) -> None:
    """Raise MoveNotPossible unless the move starts from where the application is."""
    if not possible(application.status, name):
        raise MoveNotPossible(name, application.status)


def move(application: Movable, name: str) -> None:
    """Move the application, or raise MoveNotPossible and leave it where it is."""
    check_move(application, name)
    application.status = MOVES[name][1]
