"""The closed lists of a procedure package in words that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from config.sentences import Sentence, later, say
from licensing.catalogue.package import Definition, Fee
from licensing.catalogue.steps import Step
from licensing.catalogue.terms import OnlineLevel, Period, Role, StepKind, Text, Unit

PERIODS: Mapping[str, str] = {
    Unit.HOUR: later("{count} working hours"),
    Unit.WORKING_DAY: later("{count} working days"),
    Unit.CALENDAR_DAY: later("{count} days"),
    Unit.MONTH: later("{count} months"),
    Unit.YEAR: later("{count} years"),
}
ONLINE: Mapping[str, str] = {
    OnlineLevel.FULL: later("Wholly online"),
    OnlineLevel.PARTIAL: later("Partly online"),
    OnlineLevel.INFO: later("Information only"),
}
SUBJECTS: Mapping[str, str] = {
    "citizen": later("Citizens"),
    "enterprise": later("Enterprises"),
    "cooperative": later("Cooperatives"),
    "household_business": later("Household businesses"),
    "organisation": later("Organisations"),
    "foreigner": later("Foreigners"),
}
CHANNELS: Mapping[str, str] = {
    "online": later("Online, on this site"),
    "in_person": later("At the counter"),
    "post": later("By post"),
}
ROLES: Mapping[str, str] = {
    Role.RECEPTION_OFFICER: later("Reception officer"),
    Role.CASE_OFFICER: later("Case officer"),
    Role.UNIT_HEAD: later("Head of division"),
    Role.APPROVER: later("Approver"),
    Role.CLERK: later("Clerk"),
}
COLLECTED: Mapping[str, str] = {
    "acceptance": later("To be paid when the application is accepted."),
    "return": later("To be paid when the result is handed out."),
}
# From the decision on, the steps of a grant and of a refusal differ; until the result is there, nobody reads which.
AFTER_THE_DECISION = (StepKind.SIGN, StepKind.SEAL, StepKind.RETURN)
HANDING_OUT = later("Sign, seal and hand over the result")


@dataclass(frozen=True)
class Stage:
    """Part of the way of an application that its applicant can follow: one step, or those after the decision."""

    steps: tuple[str, ...]
    title: Text | str
    role: str
    days: Decimal

    @property
    def shown(self) -> str:
        """Its id on a page."""
        return self.steps[0]


def count_of(value: Decimal) -> str:
    """`2.50` is shown as 2.5, `3.00` as 3."""
    return f"{value.normalize():f}"


def period(said: Period) -> Sentence:
    """A length of time: 25 working days."""
    return say(PERIODS[said.unit], count=count_of(said.value))


def usual_way(definition: Definition) -> list[Step]:
    """The steps that an application goes through when nothing is sent back and the result is a grant."""
    by_id = {step.id: step for step in definition.steps}
    found: list[Step] = []
    step: Step | None = definition.steps[0]
    while step is not None and step not in found:
        found.append(step)
        onward = next((action.to for action in step.actions.values() if action.to), None)
        step = by_id.get(onward) if onward else None
    return found


def stages(definition: Definition) -> list[Stage]:
    """The usual way, with the steps after the decision as one stage that says nothing of its outcome."""
    way = usual_way(definition)
    found = [Stage((step.id,), step.title, step.role, step.days) for step in way if step.kind not in AFTER_THE_DECISION]
    last = [step for step in way if step.kind in AFTER_THE_DECISION]
    if last:
        every = tuple(step.id for step in definition.steps if step.kind in AFTER_THE_DECISION)
        days = sum((step.days for step in last), Decimal(0))
        found.append(Stage(every, HANDING_OUT, last[0].role, days))
    return found


def fee_span(fees: tuple[Fee, ...]) -> tuple[int, int]:
    """The least and the most that one application may cost, in đồng."""
    amounts = [[row.vnd for row in fee.rows] for fee in fees]
    return sum(min(rows, default=0) for rows in amounts), sum(max(rows, default=0) for rows in amounts)
