"""What an official does on the page of an application: each act is one form, one use case, one transaction.

A refusal shows the page as things stand now, with what was typed; whoever comes second learns who was first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from sqlalchemy.orm.exc import StaleDataError

from config.access import begin_work, requires
from config.errors import Fault, Refused
from config.pages import Pages, page_address
from config.sentences import later
from config.unit_of_work import Work
from licensing.accounts.roles import DECIDE, EXAMINE, HOLD, READ_APPLICATIONS, RECEIVE
from licensing.applications.accept import accept_application
from licensing.applications.judge_document import REJECTED, judge_document
from licensing.applications.queries import verdicts_of
from licensing.applications.return_incomplete import return_application
from licensing.applications.rules import unstorable
from licensing.catalogue.terms import Outcome
from licensing.decisions.approve import approve
from licensing.decisions.hold import lift_hold, place_hold
from licensing.decisions.recommend import Proposal, recommend
from licensing.decisions.refuse import refuse
from licensing.decisions.send_back import send_back
from licensing.desk.errors import FormIncomplete, PageOutdated
from licensing.desk.pages import ONE, address_of, application_page, chosen, document_page
from licensing.desk.sheet import sheet_of
from licensing.workflow.attach_record import attach_record
from licensing.workflow.claim import claim_task, release_task
from licensing.workflow.complete import complete_task
from licensing.workflow.queries import lock_application
from licensing.workflow.rules import Completion

pages = Pages("desk_acts", __name__)
REASON_MAX = 4000
OUTDATED = later(
    "The application moved on after you opened this page. Nothing was done twice; see below how it stands."
)
NO_CHOICE = later("Choose what to do.")


def act(application_id: UUID, name: str, do: Callable[[Work], object], done: str) -> Any:
    """Do it unless the page was stale, and go back to the page; a refusal shows the page with what was typed."""
    try:
        with begin_work() as work:
            check_unchanged(work, application_id)
            do(work)
    except StaleDataError:
        return application_page(application_id, PageOutdated(OUTDATED), name)
    except Refused as refusal:
        return application_page(application_id, refusal, name)
    flash(done, "success")
    return redirect(address_of(application_id), 303)


def check_unchanged(work: Work, application_id: UUID) -> None:
    """The form was made when the application stood as it stands now; it stays so until the end."""
    lock_application(work, application_id)
    if request.form.get("seen") != sheet_of(work, application_id).seen:
        raise PageOutdated(OUTDATED)


def reason(field: str = "reason", *, needed: bool = True) -> str:
    """What was written as a reason; raises FormIncomplete where it must not be empty, is too long or is no text."""
    text = request.form.get(field, "").replace("\r\n", "\n").strip()
    if needed and not text:
        raise _faulty(field, later("Write the reason."))
    if len(text) > REASON_MAX:
        raise _faulty(field, later("The reason is longer than 4000 characters."))
    if unstorable(text):
        raise _faulty(field, later("This holds characters that are no text."))
    return text


def _faulty(field: str, text: str) -> FormIncomplete:
    fault: Fault = {"pointer": f"/{field}", "detail": text}
    return FormIncomplete(text, [fault])


def chosen_of(field: str, known: list[str]) -> str:
    """One of the possibilities of a form."""
    value = request.form.get(field, "")
    if value not in known:
        raise FormIncomplete(NO_CHOICE, [{"pointer": f"/{field}", "detail": NO_CHOICE}])
    return value


@pages.post(f"{ONE}/acceptance")
@requires(RECEIVE)
def accept(application_id: UUID) -> Any:
    """Find an application complete."""
    done = later("Accepted. The time limit runs.")
    return act(application_id, "accept", lambda work: accept_application(work, application_id), done)


@pages.post(f"{ONE}/return")
@requires(RECEIVE)
def return_incomplete(application_id: UUID) -> Any:
    """Return an application that is not complete."""
    done = later("Returned to the applicant.")
    return act(application_id, "return", lambda work: return_application(work, application_id, reason()), done)


@pages.post(f"{ONE}/steps/<uuid:task_id>/claim")
@requires(READ_APPLICATIONS)
def claim(application_id: UUID, task_id: UUID) -> Any:
    """Take a step."""
    return act(application_id, "claim", lambda work: claim_task(work, task_id), later("This step is yours now."))


@pages.post(f"{ONE}/steps/<uuid:task_id>/release")
@requires(READ_APPLICATIONS)
def release(application_id: UUID, task_id: UUID) -> Any:
    """Give a step back."""
    done = later("The step is given back; anybody of your role can take it.")
    return act(application_id, "release", lambda work: release_task(work, task_id), done)


@pages.post(f"{ONE}/steps/<uuid:task_id>/record")
@requires(READ_APPLICATIONS)
def put_record(application_id: UUID, task_id: UUID) -> Any:
    """Put a record to a step."""

    def keep(work: Work) -> None:
        upload = request.files.get("record")
        if upload is None or not upload.filename:
            text = later("Choose the file of the record.")
            raise FormIncomplete(text, [{"pointer": "/record", "detail": text}])
        attach_record(work, task_id, upload.filename, upload.read())

    return act(application_id, "record", keep, later("The record is kept with this step."))


@pages.post(f"{ONE}/steps/<uuid:task_id>/completion")
@requires(READ_APPLICATIONS)
def complete(application_id: UUID, task_id: UUID) -> Any:
    """Complete a step by one of its actions."""

    def finish(work: Work) -> None:
        sheet = sheet_of(work, application_id)
        step = next((task.step for task in sheet.open_tasks if task.id == task_id), None)
        action = chosen_of("action", list(sheet.package.step(step).actions) if step else [])
        complete_task(work, task_id, Completion(action, reason(needed=False) or None))

    return act(application_id, "complete", finish, later("The step is done."))


@pages.post(f"{ONE}/recommendation")
@requires(EXAMINE)
def propose(application_id: UUID) -> Any:
    """Recommend a grant or a refusal."""

    def do(work: Work) -> None:
        outcome = chosen_of("outcome", [Outcome.GRANTED, Outcome.REFUSED])
        refusing = outcome == Outcome.REFUSED
        conditions = [] if refusing else lines("conditions")
        recommend(work, application_id, Proposal(outcome, reason(), grounds() if refusing else [], conditions))

    return act(application_id, "recommend", do, later("Your recommendation is on record."))


@pages.post(f"{ONE}/decision")
@requires(DECIDE)
def decide(application_id: UUID) -> Any:
    """Grant, refuse, or send the proposal back."""

    def do(work: Work) -> None:
        outcome = chosen_of("outcome", [Outcome.GRANTED, Outcome.REFUSED, "back"])
        if outcome == "back":
            send_back(work, application_id, reason())
        elif outcome == Outcome.GRANTED:
            approve(work, application_id, reason(needed=False))
        else:
            refuse(work, application_id, reason(), grounds())

    return act(application_id, "decide", do, later("Done. What follows is prepared by itself."))


@pages.post(f"{ONE}/holds")
@requires(HOLD)
def hold(application_id: UUID) -> Any:
    """Keep a licence from being granted or issued."""
    done = later("The hold is placed.")
    return act(application_id, "hold", lambda work: place_hold(work, application_id, reason()), done)


@pages.post(f"{ONE}/holds/<uuid:hold_id>/lifting")
@requires(HOLD)
def lift(application_id: UUID, hold_id: UUID) -> Any:
    """Lift a hold."""
    done = later("The hold is lifted.")
    return act(application_id, "lift", lambda work: lift_hold(work, application_id, hold_id, reason()), done)


@pages.post(f"{ONE}/documents/<uuid:attachment_id>/verdict")
@requires(EXAMINE)
def judge(application_id: UUID, attachment_id: UUID) -> Any:
    """Say whether a document will do, and go on to the next one without a verdict."""
    from_document = request.form.get("then") == "next"
    try:
        verdict = chosen_of("verdict", ["accepted", REJECTED])
        with begin_work() as work:
            lock_application(work, application_id)
            _judge(work, application_id, attachment_id, verdict)
            _, following = chosen(sheet_of(work, application_id), attachment_id)
    except Refused as refusal:
        if from_document:
            return document_page(application_id, attachment_id, refusal)
        return application_page(application_id, refusal, f"judge-{attachment_id}")
    if from_document and following is not None:
        address = page_address("desk_pages.document", application_id=application_id, attachment_id=following.id)
        return redirect(address, 303)
    return redirect(f"{address_of(application_id)}#documents", 303)


def _judge(work: Work, application_id: UUID, attachment_id: UUID, verdict: str) -> None:
    why = reason(needed=verdict == REJECTED) or None
    latest = verdicts_of(work, application_id).get(attachment_id)
    if latest is not None and (latest.verdict, latest.reason, latest.judged_by) == (verdict, why, work.actor.id):
        return  # a double click
    if request.form.get("seen_verdict", "") != (str(latest.id) if latest else ""):
        raise PageOutdated(OUTDATED)
    judge_document(work, application_id, attachment_id, verdict, why)


def grounds() -> list[str]:
    """The grounds ticked."""
    return request.form.getlist("grounds")[:20]


def lines(field: str) -> list[str]:
    """A text with one item a line."""
    text = reason(field, needed=False)
    return [line.strip() for line in text.split("\n") if line.strip()][:50]
