"""Reads of time limits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from config.unit_of_work import Work
from licensing.deadlines.errors import TimeLimitNotFound
from licensing.deadlines.models import ApplicationTimeLimit, ClockEvent


def time_limit_of(work: Work, application_id: UUID) -> ApplicationTimeLimit:
    """The time limit of an application. Raises TimeLimitNotFound before it is accepted."""
    if limit := work.session.get(ApplicationTimeLimit, application_id):
        return limit
    raise TimeLimitNotFound("This application was not accepted yet.")


def clock_events(work: Work, application_id: UUID) -> Sequence[ClockEvent]:
    """What happened to the clock of an application, in order."""
    query = select(ClockEvent).where(ClockEvent.application_id == application_id).order_by(ClockEvent.seq)
    return work.session.scalars(query).all()


def overdue(work: Work) -> Sequence[ApplicationTimeLimit]:
    """Time limits that have passed without a result, the oldest first."""
    query = select(ApplicationTimeLimit).where(
        ApplicationTimeLimit.ended_at.is_(None), ApplicationTimeLimit.due_at < work.clock.now()
    )
    return work.session.scalars(query.order_by(ApplicationTimeLimit.due_at)).all()
