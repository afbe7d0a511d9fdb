"""One application as its officials see it: everything on one page, read in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from config.settings import Settings
from config.unit_of_work import Work
from licensing.accounts.models import Account, Organisation
from licensing.accounts.queries import account_by_id, names_of, organisation_by_id
from licensing.applications.models import Application, DocumentVerdict, SubmissionVersion
from licensing.applications.queries import application_in_charge, submissions_of, verdicts_of
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Text
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.models import ApplicationTimeLimit, ClockEvent
from licensing.deadlines.queries import clock_events
from licensing.decisions.models import Decision, Hold, Recommendation
from licensing.decisions.queries import holds_on
from licensing.desk.rules import Limit, Standing, standing
from licensing.documents.models import Attachment
from licensing.fees.models import Charge
from licensing.fees.queries import charges_of
from licensing.fees.rules import row_name
from licensing.licences.models import Licence
from licensing.workflow.models import OPEN, Task
from licensing.workflow.queries import tasks_of


@dataclass(frozen=True)
class Document:
    """A file that was handed in, what it is for, and what was found about it."""

    id: UUID
    title: Text
    name: str
    size: int
    pages: int
    sha256: str
    verdict: DocumentVerdict | None


@dataclass(frozen=True)
class Sheet:
    """Everything on record about one application that its officials need."""

    application: Application
    package: ProcedurePackage
    applicant: Account
    organisation: Organisation | None
    submissions: Sequence[SubmissionVersion]
    documents: Sequence[Document]
    tasks: Sequence[Task]
    limit: ApplicationTimeLimit | None
    clock: Sequence[ClockEvent]
    standing: Standing
    charges: Sequence[Charge]
    recommendations: Sequence[Recommendation]
    decisions: Sequence[Decision]
    holds: Sequence[Hold]
    licence: Licence | None
    names: dict[UUID, str]

    @property
    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.state in OPEN]

    @property
    def recommendation(self) -> Recommendation | None:
        """The one that counts."""
        return self.recommendations[-1] if self.recommendations else None

    @property
    def decision(self) -> Decision | None:
        """The one that stands."""
        return next((item for item in self.decisions if item.set_aside_at is None), None)

    @property
    def open_holds(self) -> list[Hold]:
        return [hold for hold in self.holds if hold.lifted_at is None]

    @property
    def seen(self) -> str:
        """Goes into every form: it changes with every move of the application, so a stale page is found out."""
        return f"{self.application.version}-{len(self.tasks)}-{sum(task.version for task in self.tasks)}"

    def name(self, account: UUID | str | None) -> str:
        """Who somebody is; empty for the service itself."""
        try:
            return self.names.get(UUID(str(account)), "")
        except ValueError:
            return ""

    def fee_title(self, charge: Charge) -> Text:
        return row_name(self.package.definition.fees, charge.fee, charge.row)

    def step_title(self, step: str) -> Text:
        return self.package.step(step).title

    def action_title(self, task: Task) -> Text:
        """What was done to complete a task."""
        return self.package.step(task.step).actions[task.action or ""].title

    def grounds(self, ids: Sequence[Any]) -> list[Text]:
        """The words of grounds for refusing."""
        return [ground.text for ground in self.package.definition.refusal.grounds if ground.id in ids]


def sheet_of(work: Work, application_id: UUID) -> Sheet:
    """The sheet of an application at an agency of the caller's; raises ApplicationNotFound."""
    application = application_in_charge(work, application_id)
    package = package_of(work, application.revision_id)
    submissions = submissions_of(work, application_id)
    verdicts = verdicts_of(work, application_id)
    tasks = tasks_of(work, application_id)
    limit = work.session.get(ApplicationTimeLimit, application_id)
    clock = clock_events(work, application_id)
    recommendations = _all(work, Recommendation, application_id, Recommendation.seq)
    decisions = _all(work, Decision, application_id, Decision.decided_at)
    holds = holds_on(work, application_id)
    alive = sa.select(Licence).where(Licence.application_id == application_id, Licence.void_reason.is_(None))
    organisation = organisation_by_id(work, application.organisation_id) if application.organisation_id else None
    people = {task.claimed_by for task in tasks} | {_uuid(task.ended_by) for task in tasks}
    people |= {verdict.judged_by for verdict in verdicts.values()} | {_uuid(event.actor) for event in clock}
    people |= {item.recommended_by for item in recommendations} | {item.decided_by for item in decisions}
    people |= {hold.placed_by for hold in holds} | {hold.lifted_by for hold in holds} | {application.applicant_id}
    now = work.clock.now().astimezone(work.clock.zone)
    counted = Limit(limit.due_on, limit.due_at, limit.ended_at) if limit else None
    return Sheet(
        application=application,
        package=package,
        applicant=account_by_id(work, application.applicant_id),
        organisation=organisation,
        submissions=submissions,
        documents=_documents(work, package, submissions[-1], verdicts) if submissions else [],
        tasks=tasks,
        limit=limit,
        clock=clock,
        standing=standing(calendar_named(work.tools[Settings].calendar), counted, now),
        charges=charges_of(work, application_id),
        recommendations=recommendations,
        decisions=decisions,
        holds=holds,
        licence=work.session.scalar(alive),
        names=names_of(work, [person for person in people if person is not None]),
    )


def _all(work: Work, kind: Any, application_id: UUID, order: Any) -> Sequence[Any]:
    return work.session.scalars(sa.select(kind).where(kind.application_id == application_id).order_by(order)).all()


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None  # the service itself


def _documents(
    work: Work, package: ProcedurePackage, submission: SubmissionVersion, verdicts: dict[UUID, DocumentVerdict]
) -> list[Document]:
    """What was handed in last, in the order in which the procedure asks for it."""
    ids = [UUID(item["id"]) for item in submission.attachments]
    files = {item.id: item for item in work.session.scalars(sa.select(Attachment).where(Attachment.id.in_(ids)))}
    asked = {document.id: (place, document.name) for place, document in enumerate(package.definition.documents)}
    found = []
    for item in submission.attachments:
        file = files[UUID(item["id"])]
        place, title = asked.get(item["document"], (len(asked), Text(item["document"], item["document"])))
        verdict = verdicts.get(file.id)
        document = Document(file.id, title, item["name"], item["size"], file.pages, item["sha256"], verdict)
        found.append((place, document))
    return [document for _, document in sorted(found, key=lambda pair: pair[0])]
