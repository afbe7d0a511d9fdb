"""Where an application stands on its way: stages done, now and to come, with the days by which they are expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from licensing.catalogue.package import Definition
from licensing.catalogue.words import Stage, stages
from licensing.deadlines.errors import YearNotInCalendar
from licensing.deadlines.working_days import Calendar, due_after_working_days
from licensing.workflow.models import OPEN, Task, TaskState


@dataclass(frozen=True)
class Place:
    """One stage of one application. `expected` is a plan of the authority's own, no promise."""

    stage: Stage
    state: str  # done, now, todo
    since: datetime | None = None
    ended_at: datetime | None = None
    expected: date | None = None


def places(
    definition: Definition, tasks: Sequence[Task], day_zero: date | None, calendar: Calendar, today: date
) -> list[Place]:
    """The stages in their order. What was sent back is to come again; an unusual way leaves out what it skips."""
    way = stages(definition)
    now = next((number for number, stage in enumerate(way) if _open_task(stage, tasks)), None)
    found: list[Place] = []
    spent = Decimal(0)
    for number, stage in enumerate(way):
        spent += stage.days
        done = _last_done(stage, tasks)
        if now is not None and number == now:
            task = _open_task(stage, tasks)
            found.append(Place(stage, "now", since=task.opened_at if task else None))
        elif done is not None and (now is None or number < now):
            found.append(Place(stage, "done", ended_at=done.ended_at))
        elif not tasks or (now is not None and number > now):
            found.append(Place(stage, "todo", expected=_expected(calendar, day_zero, spent, today)))
    return found


def _open_task(stage: Stage, tasks: Sequence[Task]) -> Task | None:
    return next((task for task in tasks if task.step in stage.steps and task.state in OPEN), None)


def _last_done(stage: Stage, tasks: Sequence[Task]) -> Task | None:
    return next((task for task in reversed(tasks) if task.step in stage.steps and task.state == TaskState.DONE), None)


def _expected(calendar: Calendar, day_zero: date | None, spent: Decimal, today: date) -> date | None:
    """The day by which a stage ends when all goes as planned; none once that day has passed."""
    if day_zero is None:
        return None
    try:
        day = due_after_working_days(calendar, day_zero, spent)
    except YearNotInCalendar:
        return None
    return day if day >= today else None
