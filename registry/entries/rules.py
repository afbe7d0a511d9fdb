"""What a licence is worth on a day: a pure function of the dated acts on it and its last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """The status of a licence (tình trạng hiệu lực)."""

    PENDING = "pending"  # entered, but not in the log yet: in force from its leaf
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True)
class DatedAct:
    """An act and the day from which it has effect. Without somebody's signature (`authorised`) it does not count."""

    kind: str
    effective_on: date
    authorised: bool = True


GIVES: dict[str, Status] = {
    "issue": Status.VALID,
    "suspend": Status.SUSPENDED,
    "reinstate": Status.VALID,
    "revoke": Status.REVOKED,
}


def status_on(acts: Sequence[DatedAct], valid_until: date | None, day: date) -> Status:
    """The status on `day`, by the acts in the order of the log. What was revoked stays revoked.

    A row inserted by somebody with rights on the database has no signature of an official: it changes nothing.
    """
    status = Status.PENDING
    for act in acts:
        if act.authorised and act.effective_on <= day and status is not Status.REVOKED:
            status = GIVES[act.kind]
    if status in (Status.VALID, Status.SUSPENDED) and valid_until is not None and day > valid_until:
        return Status.EXPIRED
    return status


def next_change(acts: Sequence[DatedAct], valid_until: date | None, day: date) -> date | None:
    """The next day on which the status may be another without anybody acting; None when there is none."""
    days = [act.effective_on for act in acts if act.effective_on > day]
    if valid_until is not None and day <= valid_until:
        days.append(date.fromordinal(valid_until.toordinal() + 1))
    return min(days, default=None)
