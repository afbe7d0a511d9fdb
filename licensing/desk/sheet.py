"""One application as its officials see it: everything on one page, read in the caller's transaction.

The page of an application is asked for more often than any other: what belongs together is read together, and what
cannot be there yet is not asked for. The statements are put together once, when the module is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer

from config.settings import Settings
from config.unit_of_work import Work
from licensing.accounts.models import Account, Organisation
from licensing.accounts.roles import READ_APPLICATIONS
from licensing.applications.errors import ApplicationNotFound
from licensing.applications.models import Application, DocumentVerdict, SubmissionVersion
from licensing.applications.queries import submissions_of
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Outcome, StepKind, Text
from licensing.deadlines.calendars import calendar_named
from licensing.deadlines.models import ApplicationTimeLimit, ClockEvent
from licensing.decisions.models import Decision, Hold, Recommendation
from licensing.decisions.queries import holds_on
from licensing.desk.rules import Limit, Standing, standing
from licensing.documents.models import Attachment, SignatureCheck
from licensing.documents.signatures import Signed, told_of
from licensing.fees.models import Charge
from licensing.fees.queries import charges_of
from licensing.fees.rules import row_name
from licensing.licences.models import Licence
from licensing.licences.prints.queries import LoggedPrint, prints_on_record
from licensing.papers.models import OfficialPaper
from licensing.workflow.models import OPEN, Task
from licensing.workflow.queries import tasks_of

ID = sa.bindparam("application_id", type_=sa.Uuid())
ONE = (
    sa.select(
        Application, ApplicationTimeLimit, Licence, ClockEvent.actor.label("accepted_by"),
        Account.name, Organisation.name.label("organisation"), Organisation.tax_code,
    )
    .options(defer(Application.answers), defer(Application.eligibility))  # what was handed in is shown
    .join(Account, Account.id == Application.applicant_id)
    .outerjoin(Organisation, Organisation.id == Application.organisation_id)
    .outerjoin(ApplicationTimeLimit, ApplicationTimeLimit.application_id == Application.id)
    .outerjoin(ClockEvent, sa.and_(ClockEvent.application_id == Application.id, ClockEvent.kind == "started"))
    .outerjoin(Licence, sa.and_(Licence.application_id == Application.id, Licence.void_reason.is_(None)))
    .where(
        Application.id == ID,
        Application.agency.in_(sa.bindparam("agencies", expanding=True)),
        Application.submitted_at.is_not(None),
    )
)  # fmt: skip
FILES = (  # each with the latest verdict on it
    sa.select(Attachment.id, Attachment.pages, DocumentVerdict, SignatureCheck.report)
    .outerjoin(DocumentVerdict, DocumentVerdict.attachment_id == Attachment.id)
    .outerjoin(SignatureCheck, SignatureCheck.sha256 == Attachment.sha256)
    .where(Attachment.application_id == ID)
    .order_by(DocumentVerdict.seq)
)
PROPOSED = (
    sa.select(Recommendation, Decision)
    .outerjoin(Decision, Decision.recommendation_id == Recommendation.id)
    .where(Recommendation.application_id == ID)
    .order_by(Recommendation.seq, Decision.decided_at)
)
PAPERS = (
    sa.select(OfficialPaper)
    .where(OfficialPaper.application_id == ID, OfficialPaper.delivered_at.is_not(None))
    .order_by(OfficialPaper.delivered_at, OfficialPaper.id)
)
NAMES = sa.select(Account.id, Account.name).where(Account.id.in_(sa.bindparam("people", expanding=True)))


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
    signed: Signed | None


@dataclass(frozen=True)
class Party:
    """Who applies: a person, for themselves or for an organisation."""

    person: str
    organisation: str | None
    tax_code: str | None

    @property
    def name(self) -> str:
        return self.organisation or self.person


@dataclass(frozen=True)
class Sheet:
    """Everything on record about one application that its officials need."""

    application: Application
    package: ProcedurePackage
    party: Party
    submissions: Sequence[SubmissionVersion]
    documents: Sequence[Document]
    tasks: Sequence[Task]
    limit: ApplicationTimeLimit | None
    accepted_by: str | None
    standing: Standing
    charges: Sequence[Charge]
    recommendations: Sequence[Recommendation]
    decisions: Sequence[Decision]
    holds: Sequence[Hold]
    licence: Licence | None
    papers: Sequence[OfficialPaper]
    prints: Sequence[LoggedPrint]
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
    given = {"application_id": application_id, "agencies": work.actor.agencies(READ_APPLICATIONS)}
    one = work.session.execute(ONE, given).first()
    if one is None:
        raise ApplicationNotFound("There is no such application.")
    application, limit = one.Application, one.ApplicationTimeLimit
    package = package_of(work, application.revision_id)
    submissions, tasks = submissions_of(work, application_id), tasks_of(work, application_id)
    documents = _documents(work, package, submissions[-1]) if submissions else []
    recommendations, decisions = _proposed(work, application_id, tasks)
    holds = holds_on(work, application_id)
    people = {application.applicant_id, _uuid(one.accepted_by)}
    people |= _people(documents, tasks) | _deciding(recommendations, decisions, holds)
    now = work.clock.now().astimezone(work.clock.zone)
    counted = Limit(limit.due_on, limit.due_at, limit.ended_at) if limit else None
    return Sheet(
        application=application,
        package=package,
        party=Party(one.name, one.organisation, one.tax_code),
        submissions=submissions,
        documents=documents,
        tasks=tasks,
        limit=limit,
        accepted_by=one.accepted_by,
        standing=standing(calendar_named(work.tools[Settings].calendar), counted, now),
        charges=charges_of(work, application_id) if limit else [],
        recommendations=recommendations,
        decisions=decisions,
        holds=holds,
        licence=one.Licence,
        papers=_papers(work, application_id, decisions),
        prints=prints_on_record(work, application_id) if one.Licence and one.Licence.entered_at else [],
        names=_names(work, people),
    )


def _proposed(work: Work, application_id: UUID, tasks: Sequence[Task]) -> tuple[list[Recommendation], list[Decision]]:
    """What was recommended and decided, each in its order; nothing is before a step for it was opened."""
    if not any(task.kind in (StepKind.RECOMMEND, StepKind.DECIDE) for task in tasks):
        return [], []
    rows = work.session.execute(PROPOSED, {"application_id": application_id}).all()
    decisions = [row.Decision for row in rows if row.Decision is not None]
    recommendations = list(dict.fromkeys(row.Recommendation for row in rows))
    return recommendations, sorted(decisions, key=lambda decision: decision.decided_at)


def _papers(work: Work, application_id: UUID, decisions: Sequence[Decision]) -> Sequence[OfficialPaper]:
    """Papers that went out: only a refusal has one."""
    if not any(decision.outcome == Outcome.REFUSED for decision in decisions):
        return []
    return work.session.scalars(PAPERS, {"application_id": application_id}).all()


def _people(documents: Sequence[Document], tasks: Sequence[Task]) -> set[UUID | None]:
    """Who worked on the application; None is nobody."""
    found = {document.verdict.judged_by for document in documents if document.verdict}
    found |= {task.claimed_by for task in tasks if task.claimed_by}
    return found | {_uuid(task.ended_by) for task in tasks}


def _deciding(
    recommendations: Sequence[Recommendation], decisions: Sequence[Decision], holds: Sequence[Hold]
) -> set[UUID | None]:
    """Who recommended, decided, or placed and lifted holds."""
    found = {item.recommended_by for item in recommendations} | {item.decided_by for item in decisions}
    return found | {hold.placed_by for hold in holds} | {hold.lifted_by for hold in holds}


def _names(work: Work, people: set[UUID | None]) -> dict[UUID, str]:
    known = sorted(person for person in people if person is not None)
    return {row.id: row.name for row in work.session.execute(NAMES, {"people": known})}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None  # the service itself


def _documents(work: Work, package: ProcedurePackage, submission: SubmissionVersion) -> list[Document]:
    """What was handed in last, in the order in which the procedure asks for it."""
    given = {"application_id": submission.application_id}
    files = {row.id: row for row in work.session.execute(FILES, given)}  # the latest verdict comes last, and stays
    asked = {document.id: (place, document.name) for place, document in enumerate(package.definition.documents)}
    found = []
    for item in submission.attachments:
        file = files[UUID(item["id"])]
        place, title = asked.get(item["document"], (len(asked), Text(item["document"], item["document"])))
        verdict, size, signed = file.DocumentVerdict, item["size"], told_of(file.report)
        document = Document(file.id, title, item["name"], size, file.pages, item["sha256"], verdict, signed)
        found.append((place, document))
    return [document for _, document in sorted(found, key=lambda pair: pair[0])]
