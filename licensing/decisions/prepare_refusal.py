"""What a refusal leads to: an official paper that says why, by which provision, and what can be done about it."""

from __future__ import annotations

from uuid import UUID

from config.access import SYSTEM
from config.events import only_where
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.authority import signing_authority
from licensing.accounts.errors import SigningRefused
from licensing.accounts.queries import account_by_id, agency_by_code, organisation_by_id
from licensing.applications.models import Application
from licensing.applications.queries import application_by_id
from licensing.catalogue.queries import package_of
from licensing.decisions.events import DecisionRefused, DecisionSetAside
from licensing.decisions.models import Decision
from licensing.decisions.queries import decision_by_id
from licensing.decisions.set_aside import set_aside
from licensing.images.queries import stamp_images
from licensing.papers.queries import papers_waiting_too_long
from licensing.papers.refusal import KIND, RefusalWords, is_prepared, prepare_refusal_paper, void_refusal_paper
from signing.requests.events import RequestVoided
from signing.requests.seal_anew import key_was_lost


def prepare_refusal(unit: UnitOfWork, event: DecisionRefused) -> None:
    """Prepare the paper of a refusal (reaction, as a job; may be run again)."""
    prepare_paper_of(unit, event.decision_id)


def prepare_paper_of(unit: UnitOfWork, decision_id: UUID) -> None:
    """Prepare the paper of a standing refusal. When who decided may not sign any more, somebody else must decide."""
    with unit.begin(SYSTEM) as work:
        decision = decision_by_id(work, decision_id)
        if decision.set_aside_at is not None or is_prepared(work, str(decision_id)):
            return
        try:
            words = refusal_words(work, decision)
        except SigningRefused as refused:
            set_aside(work, decision_id, f"Who decided may not sign any more: {refused.detail}")
            return
    prepare_refusal_paper(unit, words)


@only_where(lambda event: event.purpose == KIND)
def prepare_refusal_after_loss(unit: UnitOfWork, event: RequestVoided) -> None:
    """The key that had signed a refusal was lost before the seal (reaction, as a job; may be run again)."""
    with unit.begin(SYSTEM) as work:
        lost = key_was_lost(work, event.purpose, event.subject)
    if lost:
        prepare_paper_of(unit, UUID(event.subject))


def prepare_expired_refusals(unit: UnitOfWork) -> None:
    """Prepare anew what was not signed on the day printed on it, or not for long (periodic, after midnight)."""
    with unit.begin(SYSTEM) as work:
        decisions = [UUID(paper.subject) for paper in papers_waiting_too_long(work, KIND, work.clock.today())]
    for decision_id in decisions:
        prepare_paper_of(unit, decision_id)


def void_refusal(work: Work, event: DecisionSetAside) -> None:
    """The paper of a decision that was set aside is void (reaction, in the same transaction)."""
    void_refusal_paper(work, str(event.decision_id), "The decision was set aside.")


def refusal_words(work: Work, decision: Decision) -> RefusalWords:
    """What the paper says: as it was decided, not as the procedure may read by now."""
    application = application_by_id(work, decision.application_id)
    if application.accepted_at is None or application.reference is None:
        raise LookupError("A decided application was accepted before.")
    definition = package_of(work, application.revision_id).definition
    *grounds, appeal = decision.remedies
    return RefusalWords(
        decision_id=decision.id,
        application_id=application.id,
        reference=application.reference,
        accepted_on=application.accepted_at.astimezone(work.clock.zone).date(),
        procedure=definition.title.vi,
        procedure_code=definition.code,
        addressee=_addressee(work, application),
        grounds=[
            {"text": ground["text"]["vi"], "provision": ground["provision"], "remedy": ground["remedy"]["vi"]}
            for ground in grounds
        ],
        appeal={"text": appeal["text"]["vi"], "provision": appeal["provision"]},
        reason=decision.reason,
        agency=agency_by_code(work, application.agency),
        authority=signing_authority(work, decision.decided_by, application.agency),
        numbered_after=definition.result.numbered_after,
        images=stamp_images(work, decision.decided_by, application.agency),
    )


def _addressee(work: Work, application: Application) -> str:
    """Whom the paper is for: the organisation that was applied for, or the applicant."""
    if application.organisation_id and (found := organisation_by_id(work, application.organisation_id)):
        return found.name
    return account_by_id(work, application.applicant_id).name
