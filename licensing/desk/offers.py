"""What the caller may do with an application now: no more is offered than would be accepted, and why not is said."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.access import Actor
from config.sentences import later, say
from config.unit_of_work import Work
from licensing.accounts.models import Account
from licensing.accounts.queries import appointment_in_force
from licensing.accounts.roles import DECIDE, EXAMINE, HOLD, RECEIVE
from licensing.applications.lifecycle import Status, possible
from licensing.catalogue.steps import Action, Step
from licensing.catalogue.terms import Need, Outcome, StepKind
from licensing.decisions.hold import OVER
from licensing.desk.sheet import Sheet
from licensing.workflow.models import Task, TaskState
from licensing.workflow.rules import DONE_ELSEWHERE, WORKS_AS


@dataclass
class Offers:
    """Each act with what it is about; what is not offered is None or False. `reasons` say why something is not."""

    accept: bool = False
    claim: Task | None = None
    release: Task | None = None
    complete: Task | None = None
    recommend: Task | None = None
    decide: Task | None = None
    grant: bool = False
    send_back: bool = False
    sign: bool = False
    seal: bool = False
    judge: bool = False
    hold: bool = False
    reasons: list[str] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    step: Step | None = None

    @property
    def anything(self) -> bool:
        """Whether there is something to do but to hold it or to judge its documents."""
        found = (self.accept, self.claim, self.complete, self.recommend, self.decide, self.sign, self.seal)
        return any(found) or self.release is not None

    @property
    def wants_record(self) -> bool:
        return any(Need.DOCUMENT in action.needs for action in self.actions.values())


def offers_for(work: Work, sheet: Sheet) -> Offers:
    """The acts that are open to the caller."""
    actor, application = work.actor, sheet.application
    offers = Offers()
    offers.accept = actor.may(RECEIVE, application.agency) and possible(application.status, "accept")
    judging = application.status in (Status.ACCEPTED, Status.UNDER_REVIEW)
    offers.judge = judging and actor.may(EXAMINE, application.agency)
    offers.hold = application.status not in OVER and actor.may(HOLD, application.agency)
    for task in sheet.open_tasks:
        if actor.may(WORKS_AS[task.role], task.agency):
            _offer_step(work, sheet, task, offers)
    return offers


def _offer_step(work: Work, sheet: Sheet, task: Task, offers: Offers) -> None:
    """What may be done with an open step of one's role."""
    if task.kind in (StepKind.SIGN, StepKind.SEAL):
        offers.sign, offers.seal = task.kind == StepKind.SIGN, task.kind == StepKind.SEAL
        return
    if task.kind == StepKind.RETURN:
        return
    mine = task.claimed_by == work.actor.id
    if task.state == TaskState.CLAIMED and not mine:
        offers.reasons.append(say("{name} has claimed this step.", name=sheet.name(task.claimed_by)))
        return
    offers.step = sheet.package.step(task.step)
    offers.actions = dict(offers.step.actions)
    offers.claim, offers.release = (None, task) if mine else (task, None)
    if task.kind == StepKind.RECOMMEND:
        offers.recommend = task
    elif task.kind == StepKind.DECIDE:
        _offer_decision(work, sheet, task, offers)
    elif task.kind not in DONE_ELSEWHERE and mine:
        offers.complete = task


def _offer_decision(work: Work, sheet: Sheet, task: Task, offers: Offers) -> None:
    """Deciding, to whoever may; a grant only where a grant was recommended and nothing stands in its way."""
    reasons = reasons_against_deciding(work, sheet)
    offers.send_back = any(action.back_to for action in offers.actions.values())
    if reasons:
        offers.reasons += reasons
        return
    offers.decide = task
    against = reasons_against_a_grant(sheet)
    offers.grant = not against
    offers.reasons += against


def reasons_against_deciding(work: Work, sheet: Sheet) -> list[str]:
    """Why the caller may not decide, though the step is one for the caller's role."""
    actor = work.actor
    if actor.id == sheet.application.applicant_id:
        return [later("This is your own application.")]
    if actor.id in {item.recommended_by for item in sheet.recommendations}:
        return [later("You recommended on this application; somebody else must decide.")]
    return [] if _may_sign(work, actor, sheet) else [later("You hold no position of this agency that may sign.")]


def _may_sign(work: Work, actor: Actor, sheet: Sheet) -> bool:
    agency = sheet.application.agency
    account = work.session.get(Account, actor.account_id)
    today = work.clock.today()
    appointed = appointment_in_force(work, actor.account_id, agency, today) is not None
    return actor.may(DECIDE, agency) and appointed and account is not None and account.signing_key is not None


def reasons_against_a_grant(sheet: Sheet) -> list[str]:
    """What the issue gate would say, before it is asked."""
    found = []
    if sheet.recommendation is not None and sheet.recommendation.outcome != Outcome.GRANTED:
        found.append(later("The recommendation is to refuse; send it back with your reasons."))
    if any(document.verdict is None for document in sheet.documents):
        found.append(later("A document has no verdict yet."))
    if any(document.verdict is not None and document.verdict.verdict != "accepted" for document in sheet.documents):
        found.append(later("A document was rejected."))
    if sheet.open_holds:
        found.append(later("There is a hold on this application."))
    return found
