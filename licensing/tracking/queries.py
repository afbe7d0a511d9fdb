"""One application as its applicant follows it, gathered from all rooms; and the list of one's own applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from config.settings import Settings
from config.unit_of_work import Work
from licensing.accounts.models import Agency
from licensing.accounts.queries import agency_by_code
from licensing.applications.draft import Draft, draft_of
from licensing.applications.lifecycle import Status
from licensing.applications.models import Application, SubmissionVersion
from licensing.applications.queries import own_applications, submissions_of
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Outcome, Text, Unit
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.explain import Why, explain
from licensing.deadlines.models import ApplicationTimeLimit
from licensing.deadlines.working_days import Calendar, working_days_between
from licensing.decisions.models import Decision
from licensing.decisions.queries import standing_decision
from licensing.fees.errors import NoRowApplies
from licensing.fees.queries import charges_of
from licensing.fees.rules import amounts, row_name
from licensing.licences.errors import LicenceNotFound
from licensing.licences.models import Licence
from licensing.licences.queries import licence_for_reader
from licensing.papers.models import OfficialPaper
from licensing.papers.queries import Slip, papers_of, slip_of
from licensing.tracking.stages import Place, places
from licensing.workflow.queries import tasks_of


@dataclass(frozen=True)
class Owed:
    """A fee in đồng; `assessed` is false as long as it is only what the answers lead to."""

    name: Text
    row: Text
    vnd: int
    assessed: bool


@dataclass(frozen=True)
class Due:
    """By when the result must be there. `left` are the working days until then; negative when the day has passed."""

    on: date
    left: Decimal
    ended_on: date | None
    why: Why

    @property
    def late(self) -> bool:
        """The day has passed without a result, or the result came after it."""
        return self.ended_on > self.on if self.ended_on else self.left < 0


@dataclass(frozen=True)
class Progress:
    """All that the page of one application shows. What was decided is there only once the application is closed."""

    draft: Draft
    agency: Agency
    filings: Sequence[SubmissionVersion]
    due: Due | None
    places: Sequence[Place]
    owed: Sequence[Owed]
    decision: Decision | None
    licence: Licence | None
    papers: Sequence[OfficialPaper]
    slip: Slip | None

    @property
    def application(self) -> Application:
        return self.draft.application

    @property
    def outcome(self) -> str:
        """`granted`, `refused`, or nothing yet."""
        return self.decision.outcome if self.decision else ""

    @property
    def at(self) -> int:
        """Which stage it is in, from 1."""
        return next((number for number, place in enumerate(self.places, 1) if place.state == "now"), len(self.places))


def progress_of(work: Work, application_id: UUID) -> Progress:
    """An application of the caller's; raises ApplicationNotFound."""
    draft = draft_of(work, application_id)
    agency = agency_by_code(work, draft.application.agency)
    due = _due(work, draft, agency)
    closed = draft.application.status == Status.CLOSED
    decision = standing_decision(work, application_id) if closed else None
    granted = decision is not None and decision.outcome == Outcome.GRANTED
    tasks = tasks_of(work, application_id)
    shown = places(draft.definition, tasks, due.why.day_zero if due else None, _calendar(work), work.clock.today())
    return Progress(
        draft=draft,
        agency=agency,
        filings=submissions_of(work, application_id),
        due=due,
        places=shown,
        owed=_owed(work, draft),
        decision=decision,
        licence=_licence(work, application_id) if granted else None,
        papers=papers_of(work, application_id) if closed else [],
        slip=slip_of(work, application_id),
    )


def _calendar(work: Work) -> Calendar:
    return calendar_named(work.tools[Settings].calendar)


def _due(work: Work, draft: Draft, agency: Agency) -> Due | None:
    limit = work.session.get(ApplicationTimeLimit, draft.id)
    if limit is None:
        return None
    calendar, zone = _calendar(work), work.clock.zone
    why = explain(calendar, draft.definition.time_limit, limit.started_at.astimezone(zone), agency.cutoff)
    ended = limit.ended_at.astimezone(zone).date() if limit.ended_at else None
    return Due(limit.due_on, _left(calendar, work.clock.today(), limit), ended, why)


def _left(calendar: Calendar, today: date, limit: ApplicationTimeLimit) -> Decimal:
    """Never more than the time limit itself: what was received too late in a day counts from a later one."""
    if today > limit.due_on:
        return -working_days_between(calendar, limit.due_on, today) or Decimal(-1)
    left = working_days_between(calendar, today, limit.due_on)
    return min(left, limit.value) if limit.unit == Unit.WORKING_DAY else left


def _owed(work: Work, draft: Draft) -> list[Owed]:
    fees = draft.definition.fees
    names = {fee.id: fee.name for fee in fees}
    if charges := charges_of(work, draft.id):
        return [Owed(names[item.fee], row_name(fees, item.fee, item.row), item.vnd, True) for item in charges]
    if draft.application.status != Status.SUBMITTED:
        return []
    try:
        return [
            Owed(item.fee.name, item.row.name, item.vnd, False)
            for item in amounts(draft.definition.fees, draft.application.answers)
        ]
    except NoRowApplies:
        return []


def _licence(work: Work, application_id: UUID) -> Licence | None:
    try:
        licence = licence_for_reader(work, application_id)
    except LicenceNotFound:
        return None
    return licence if licence.entered_at else None


@dataclass(frozen=True)
class Item:
    """One of the caller's applications in their list."""

    application: Application
    package: ProcedurePackage
    due_on: date | None
    left: Decimal
    outcome: str


def own_items(work: Work, after: UUID | None = None) -> list[Item]:
    """The caller's applications, the newest first, each with its due date."""
    found = own_applications(work, after)
    ids = [application.id for application in found]
    running = sa.select(ApplicationTimeLimit).where(ApplicationTimeLimit.application_id.in_(ids))
    limits = {limit.application_id: limit for limit in work.session.scalars(running)}
    decided = sa.select(Decision).where(Decision.application_id.in_(ids), Decision.set_aside_at.is_(None))
    outcomes = {decision.application_id: decision.outcome for decision in work.session.scalars(decided)}
    calendar, today = _calendar(work), work.clock.today()
    return [
        Item(
            application,
            package_of(work, application.revision_id),
            limits[application.id].due_on if application.id in limits else None,
            _left(calendar, today, limits[application.id]) if application.id in limits else Decimal(0),
            outcomes.get(application.id, "") if application.status == Status.CLOSED else "",
        )
        for application in found
    ]
