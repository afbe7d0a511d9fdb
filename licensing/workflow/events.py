"""What happens to tasks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.events import Event


@dataclass(frozen=True)
class TaskOpened(Event):
    task_id: UUID
    application_id: UUID
    step: str


@dataclass(frozen=True)
class TaskClaimed(Event):
    task_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class TaskReleased(Event):
    task_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class RecordAttached(Event):
    """An officer put the record of a step to its task."""

    task_id: UUID
    application_id: UUID
    sha256: str


@dataclass(frozen=True)
class TaskCompleted(Event):
    """A step was done by an action of the procedure."""

    task_id: UUID
    application_id: UUID
    step: str
    action: str


@dataclass(frozen=True)
class TasksDropped(Event):
    """What stood open was given up; `count` tasks."""

    application_id: UUID
    count: int


@dataclass(frozen=True)
class HandlingEnded(Event):
    """The application came to an end of its procedure."""

    application_id: UUID
    end: str
    outcome: str
