"""A decision's document was signed, then sealed: the steps of the procedure follow, for licences and refusals alike."""

from __future__ import annotations

from uuid import UUID

from config.events import only_where
from config.unit_of_work import UnitOfWork, Work
from licensing.catalogue.terms import StepKind
from licensing.decisions.queries import decision_by_id
from licensing.papers.deliver import deliver_paper
from licensing.papers.refusal import KIND
from licensing.workflow.complete import complete_by_service
from signing.requests.events import RequestSealed, RequestSigned

LICENCE = "licence"  # the subject of both purposes is a decision's id


def record_signed(work: Work, event: RequestSigned) -> None:
    """The official has signed: the `sign` step is done (reaction, in the same transaction)."""
    if event.purpose in (LICENCE, KIND):
        _complete(work, event.subject, StepKind.SIGN)


def record_sealed(work: Work, event: RequestSealed) -> None:
    """The seal is on a licence: the `seal` step is done (reaction, in the same transaction).

    That of a refusal is done when it is handed out, since nothing else may follow it before the end.
    """
    if event.purpose == LICENCE:
        _complete(work, event.subject, StepKind.SEAL)


@only_where(lambda event: event.purpose == KIND)
def deliver_refusal(unit: UnitOfWork, event: RequestSealed) -> None:
    """A sealed refusal is preserved and handed out (reaction, as a job; may be run again)."""
    deliver_paper(unit, KIND, event.subject)


def _complete(work: Work, decision_id: str, kind: StepKind) -> None:
    decision = decision_by_id(work, UUID(decision_id))
    if decision.set_aside_at is None:
        complete_by_service(work, decision.application_id, kind)
