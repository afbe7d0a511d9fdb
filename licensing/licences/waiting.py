"""Documents of decisions as their signatory or their clerk sees them: what they are, for whom, how far they are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pikepdf
import sqlalchemy as sa

from config.unit_of_work import Work
from licensing.accounts.models import Account, Organisation
from licensing.applications.lifecycle import Status
from licensing.applications.models import Application
from licensing.catalogue.queries import package_of
from licensing.catalogue.terms import Outcome, Text
from licensing.deadlines.models import ApplicationTimeLimit
from licensing.decisions.models import Decision
from licensing.licences.models import Licence
from licensing.licences.queries import (
    document_bytes,
    document_digest,
    document_in_reach,
    documents_in_reach,
    documents_waiting,
    waiting_for,
)
from licensing.licences.selections import MOST
from licensing.licences.view import viewed_by
from licensing.papers.models import OfficialPaper
from signing.requests.models import Role, SigningRequest, State
from signing.requests.queries import PAGE, count_waiting, has_signed, signature_of


@dataclass(frozen=True)
class Waiting:
    """One document. `stage` is ready, unsigned, signed, expired, sealing, sealed or void; only a ready one is ticked.

    `digest` is that of the bytes that are shown, and `viewed` whether the caller looked at those. One that
    `awaits_number` gets number and date with its seal.
    """

    id: UUID
    summary: str
    stage: str
    digest: str
    viewed: bool
    application_id: UUID
    reference: str
    applicant: str
    procedure: Text
    granted: bool
    number: str
    awaits_number: bool
    signatory: str
    capacity: str
    title: str
    on_behalf_of: str
    dated: date | None
    due_on: date | None
    due_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class WaitingPage:
    """One page of the documents that wait, and how many there are on all pages."""

    items: Sequence[Waiting]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def waiting_to_sign(work: Work, page: int = 1) -> WaitingPage:
    """Documents prepared for the caller's signature, the oldest first."""
    return _page(work, State.FILED, page)


def waiting_to_seal(work: Work, page: int = 1) -> WaitingPage:
    """Signed documents of the caller's agencies that have no seal yet, the oldest first."""
    return _page(work, State.SIGNED, page)


def _page(work: Work, state: State, page: int) -> WaitingPage:
    """A page behind the last is the last: what was on it may be signed by now."""
    found = documents_waiting(work, state, skip=(page - 1) * PAGE)
    total = len(found) if page == 1 and len(found) < PAGE else count_waiting(work, waiting_for(work, state))
    if not found and total:
        return _page(work, state, -(-total // PAGE))
    return WaitingPage(_described(work, found, sealing=state == State.SIGNED), total, page)


def chosen_documents(work: Work, request_ids: Iterable[UUID], *, sealing: bool) -> Sequence[Waiting]:
    """These documents, in their order, whatever has become of them; raises DocumentNotFound."""
    return _described(work, documents_in_reach(work, list(request_ids)), sealing=sealing)


def ready_documents(work: Work, *, sealing: bool) -> list[UUID]:
    """All that the caller could sign or seal now, the oldest first; at most so many as are done at once."""
    state, today = (State.SIGNED if sealing else State.FILED), work.clock.today()
    found = documents_waiting(work, state, limit=MOST)
    return [request.id for request in found if stage_of(request, today, sealing=sealing) == "ready"]


def being_prepared(work: Work) -> int:
    """How many of the caller's decisions have no document yet."""
    document = sa.select(SigningRequest.id).where(
        SigningRequest.subject == sa.cast(Decision.id, sa.String), SigningRequest.state != State.VOID
    )
    query = (
        sa.select(sa.func.count())
        .select_from(Decision)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.decided_by == work.actor.account_id,
            Decision.set_aside_at.is_(None),
            Application.status == Status.DECIDED,
            ~document.exists(),
        )
    )
    return work.session.scalar(query) or 0


def pages_of(work: Work, request_id: UUID) -> int:
    """How many pages the document has; we made it ourselves."""
    with pikepdf.open(io.BytesIO(document_bytes(work, document_in_reach(work, request_id)))) as pdf:
        return len(pdf.pages)


def stage_of(request: SigningRequest, today: date, *, sealing: bool) -> str:
    """How far a document is for who signs it, or for who has it sealed."""
    if request.state == State.VOID:
        return "void"
    if sealing:
        return _stage_of_sealing(request)
    if has_signed(request):
        return "signed"
    return "ready" if today <= request.expires_on else "expired"


def _stage_of_sealing(request: SigningRequest) -> str:
    if request.state == State.SEALED:
        return "sealed"
    if request.state == State.FILED:
        return "unsigned"
    return "ready" if signature_of(request, Role.SEAL) is None else "sealing"


def _described(work: Work, requests: Sequence[SigningRequest], *, sealing: bool) -> list[Waiting]:
    about = _about(work, [UUID(request.subject) for request in requests])
    viewed = viewed_by(work, [request.id for request in requests])
    found = []
    for request in requests:
        row, digest = about[request.subject], document_digest(request)
        capacity = f"{row.capacity} {row.on_behalf_title}".strip()
        found.append(
            Waiting(
                id=request.id,
                summary=request.summary,
                stage=stage_of(request, work.clock.today(), sealing=sealing),
                digest=digest,
                viewed=(request.id, digest) in viewed,
                application_id=row.application_id,
                reference=row.reference,
                applicant=row.applicant,
                procedure=package_of(work, row.revision_id).definition.title,
                granted=row.outcome == Outcome.GRANTED,
                number=row.number or "",
                awaits_number=row.number is None and request.state != State.VOID,
                signatory=request.signatory_name,
                capacity=capacity,
                title=row.title,
                on_behalf_of=request.on_behalf_of,
                dated=row.issued_on,
                due_on=row.due_on,
                due_at=row.due_at,
                ended_at=row.ended_at,
            )
        )
    return found


def _about(work: Work, decision_ids: Sequence[UUID]) -> dict[str, Any]:
    """What each decision is about, in one query."""
    number = sa.func.coalesce(Licence.number, OfficialPaper.number).label("number")
    issued_on = sa.func.coalesce(Licence.issued_on, OfficialPaper.issued_on).label("issued_on")
    query = (
        sa.select(
            Decision.id, Decision.outcome, Decision.capacity, Decision.on_behalf_title, Decision.title,
            Decision.application_id, Application.reference, Application.revision_id, number, issued_on,
            sa.func.coalesce(Organisation.name, Account.name).label("applicant"),
            ApplicationTimeLimit.due_on, ApplicationTimeLimit.due_at, ApplicationTimeLimit.ended_at,
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Account, Account.id == Application.applicant_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(ApplicationTimeLimit, ApplicationTimeLimit.application_id == Application.id)
        .outerjoin(Licence, sa.and_(Licence.decision_id == Decision.id, Licence.void_reason.is_(None)))
        .outerjoin(
            OfficialPaper,
            sa.and_(OfficialPaper.subject == sa.cast(Decision.id, sa.String), OfficialPaper.void_reason.is_(None)),
        )
        .where(Decision.id.in_(decision_ids))
    )  # fmt: skip
    return {str(row.id): row for row in work.session.execute(query)}
