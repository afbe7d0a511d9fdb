"""The steps of a procedure as data: the interpreter of the workflow runs them, nothing is executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from licensing.catalogue.terms import Need, Outcome, Period, Provision, Role, StepKind, Text


@dataclass(frozen=True)
class Action:
    """What a person may do in a step; exactly one of `to`, `back_to`, `end` says where it leads."""

    title: Text
    to: str | None = None
    back_to: str | None = None
    end: str | None = None
    needs: tuple[Need, ...] = ()
    proposes: Outcome | None = None
    decides: Outcome | None = None


@dataclass(frozen=True)
class Step:
    """One stage of the procedure: work for one role, in working days."""

    id: str
    title: Text
    role: Role
    kind: StepKind
    days: Decimal
    actions: Mapping[str, Action]
    document: str | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Pause:
    """A ground on which the clock may stop while the applicant acts."""

    id: str
    title: Text
    asked_in: tuple[str, ...]
    answer_within: Period
    unanswered: str
    clock: str
    provision: Provision
    at_most: int = 1
    ask_within: Period | None = None
    needs: tuple[Need, ...] = (Need.REASON,)


@dataclass(frozen=True)
class End:
    """An end that an action or an unanswered pause leads to."""

    title: Text
    outcome: Outcome
