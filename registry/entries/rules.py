"""What a licence is worth on a day: a pure function of the dated acts on it, as the log states them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Status(StrEnum):
    """The status of a licence (tình trạng hiệu lực)."""

    PENDING = "pending"  # entered, but not in the log yet: in force from its leaf
    NOT_YET = "not_yet"  # in the log, and in force from a later day
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True)
class DatedAct:
    """An act, the day from which it has effect, and for one that sets a term its last day (None: no end).

    Without somebody's signature (`authorised`) it does not count.
    """

    kind: str
    effective_on: date
    until: date | None = None
    authorised: bool = True


GIVES: dict[str, Status] = {
    "issue": Status.VALID,
    "suspend": Status.SUSPENDED,
    "reinstate": Status.VALID,
    "revoke": Status.REVOKED,
}
SETS_TERM = {"issue"}
TELLS_OF_PAPER = ("issue", "reseal")  # in their order the papers of an entry; a new seal changes no status


def status_on(acts: Sequence[DatedAct], day: date) -> Status:
    """The status on `day`, by the acts in the order of the log. What was revoked stays revoked.

    A row inserted by somebody with rights on the database has no signature of an official: it changes nothing.
    An act of a kind that we do not know changes nothing either.
    """
    counted = [act for act in acts if act.authorised and act.kind in GIVES]
    if not counted:
        return Status.PENDING
    status, until = Status.NOT_YET, None
    for act in counted:
        if act.effective_on > day or status is Status.REVOKED:
            continue
        status = GIVES[act.kind]
        until = act.until if act.kind in SETS_TERM else until
    if status in (Status.VALID, Status.SUSPENDED) and until is not None and day > until:
        return Status.EXPIRED
    return status


def next_change(acts: Sequence[DatedAct], day: date) -> date | None:
    """The next day on which the status is another without anybody acting; None when there is none."""
    counted = [act for act in acts if act.authorised]
    days = {act.effective_on for act in counted}
    days |= {act.until + timedelta(days=1) for act in counted if act.until is not None and act.until < date.max}
    now = status_on(acts, day)
    return next((other for other in sorted(days) if other > day and status_on(acts, other) != now), None)
