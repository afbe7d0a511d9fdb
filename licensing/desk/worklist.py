"""What waits for the caller: open tasks of one's roles at one's agencies, and what was handed in to be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from config.access import Actor
from config.sentences import later
from config.settings import Settings
from config.unit_of_work import Work
from licensing.accounts.models import Account, Organisation
from licensing.accounts.roles import RECEIVE
from licensing.applications.lifecycle import Status
from licensing.applications.models import Application
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import StepKind, Text
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.models import ApplicationTimeLimit
from licensing.desk.rules import Limit, Standing, soon, standing
from licensing.desk.search import matching
from licensing.workflow.models import OPEN, Task
from licensing.workflow.queries import my_work

PAGE = 50
# These steps have lists of their own, or are completed by what they are about.
ELSEWHERE = (StepKind.SIGN, StepKind.SEAL, StepKind.RETURN)
TO_ACCEPT = Text("Tiếp nhận hồ sơ", "Accept the application")
TILES = (
    ("all", later("Everything that waits"), "navy"),
    ("mine", later("Mine"), "green"),
    ("unclaimed", later("Nobody's yet"), "navy"),
    ("soon", later("Due soon"), "amber"),
    ("overdue", later("Overdue"), "red"),
)


@dataclass(frozen=True)
class Wanted:
    """Which part of the list: a tile, words to search for, a page counted from 1."""

    tile: str = "all"
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class Row:
    """One application with the step that waits."""

    application_id: UUID
    reference: str | None
    applicant: str
    procedure: Text
    sector: Text
    received_at: datetime
    due_on: date | None
    standing: Standing
    step: Text
    sent_back: bool
    claimed_by: str | None
    mine: bool


@dataclass(frozen=True)
class Worklist:
    """A page of the list; `counts` by tile agree with the rows that the tile leads to."""

    rows: Sequence[Row]
    counts: dict[str, int]
    wanted: Wanted
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def waiting_list(work: Work, wanted: Wanted) -> Worklist:
    """The caller's list, what is due first on top; the whole of it in two queries."""
    found = _found(work, wanted.words)
    tests = _tests(work, found)
    row = work.session.execute(sa.select(*(sa.func.count().filter(test).label(name) for name, test in tests.items())))
    counts = dict(row.mappings().one())
    last = max(1, -(-counts[wanted.tile] // PAGE))
    wanted = replace(wanted, page=min(wanted.page, last))  # what was on a page behind it may be done by now
    query = sa.select(found).where(tests[wanted.tile]).order_by(*_order(found))
    page = query.limit(PAGE).offset((wanted.page - 1) * PAGE)
    rows = [_row(work, item) for item in work.session.execute(page)]
    return Worklist(rows, counts, wanted, counts[wanted.tile])


def next_waiting(work: Work, application_id: UUID) -> UUID | None:
    """The application behind this one in the list that the caller or nobody has claimed; after the last, the first."""
    found = _found(work, "")
    place = sa.func.row_number().over(order_by=_order(found)).label("place")
    free = sa.or_(found.c.claimed_by.is_(None), found.c.claimed_by == work.actor.account_id)
    listed = sa.select(found.c.application_id, free.label("free"), place).subquery("listed")
    here = sa.select(sa.func.max(listed.c.place)).where(listed.c.application_id == application_id).scalar_subquery()
    query = sa.select(listed.c.application_id).where(listed.c.application_id != application_id, listed.c.free)
    behind = listed.c.place > sa.func.coalesce(here, 0)
    return work.session.scalar(query.order_by(behind.desc(), listed.c.place).limit(1))


def _order(found: sa.Subquery) -> list[sa.ColumnElement[object]]:
    """What is due first on top, and above it what waits to be accepted."""
    return [found.c.due_at.nulls_first(), found.c.received_at, found.c.application_id, found.c.step]


def waiting(actor: Actor) -> sa.CTE:
    """Pairs of an application and the step that waits for the caller; no step: it waits to be accepted."""
    tasks = sa.select(Task.application_id, Task.step, Task.claimed_by, Task.sent_back_because).where(
        sa.tuple_(Task.agency, Task.role).in_(my_work(actor)), Task.state.in_(OPEN), Task.kind.not_in(ELSEWHERE)
    )
    new = sa.select(
        Application.id, sa.cast(None, Task.step.type), sa.cast(None, sa.Uuid), sa.cast(None, sa.String)
    ).where(Application.agency.in_(actor.agencies(RECEIVE)), Application.status == Status.SUBMITTED)
    return sa.union_all(tasks, new).cte("waiting")


def _found(work: Work, words: str) -> sa.Subquery:
    """Everything that waits and has the words in its reference, names, tax code or answers."""
    item, claimer = waiting(work.actor), aliased(Account)
    name = sa.func.coalesce(Organisation.name, Account.name)
    query = (
        sa.select(
            item,
            Application.reference,
            Application.revision_id,
            Application.submitted_at.label("received_at"),
            ApplicationTimeLimit.due_on,
            ApplicationTimeLimit.due_at,
            name.label("applicant"),
            claimer.name.label("claimer"),
        )
        .join(Application, Application.id == item.c.application_id)
        .join(Account, Account.id == Application.applicant_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(ApplicationTimeLimit, ApplicationTimeLimit.application_id == Application.id)
        .outerjoin(claimer, claimer.id == item.c.claimed_by)
    )
    if words:
        query = query.where(item.c.application_id.in_(matching(words)))
    return query.subquery("found")


def _tests(work: Work, found: sa.Subquery) -> dict[str, sa.ColumnElement[bool]]:
    now = work.clock.now()
    last = soon(calendar_named(work.tools[Settings].calendar), work.clock.today())
    return {
        "all": found.c.application_id.is_not(None),
        "mine": found.c.claimed_by == work.actor.account_id,
        "unclaimed": found.c.claimed_by.is_(None),
        "soon": sa.and_(found.c.due_at >= now, found.c.due_on <= last),
        "overdue": found.c.due_at < now,
    }


def _row(work: Work, found: Any) -> Row:
    package = package_of(work, found.revision_id)
    limit = Limit(found.due_on, found.due_at) if found.due_at else None
    calendar = calendar_named(work.tools[Settings].calendar)
    return Row(
        application_id=found.application_id,
        reference=found.reference,
        applicant=found.applicant,
        procedure=package.definition.title,
        sector=package.definition.sector,
        received_at=found.received_at,
        due_on=found.due_on,
        standing=standing(calendar, limit, work.clock.now().astimezone(work.clock.zone)),
        step=package.step(found.step).title if found.step else TO_ACCEPT,
        sent_back=found.sent_back_because is not None,
        claimed_by=found.claimer,
        mine=found.claimed_by == work.actor.id,
    )
