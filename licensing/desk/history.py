"""What happened to an application, by whom and when, the newest first; from what is on record of each act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.sentences import later, say
from licensing.catalogue.terms import StepKind
from licensing.desk.sheet import Sheet
from licensing.workflow.models import Task, TaskState

OUTCOMES = {
    "granted": (later("Recommended: grant"), later("Decided: grant")),
    "refused": (later("Recommended: refuse"), later("Decided: refuse")),
}
VERDICTS = {"accepted": later("Document accepted"), "rejected": later("Document rejected")}


@dataclass(frozen=True)
class Line:
    """One act. `about` is text by language or plain; `reason` is what somebody wrote."""

    at: datetime
    what: str
    who: str
    about: Any = ""
    reason: str | None = None


def history_of(sheet: Sheet) -> list[Line]:
    """All lines, the newest first."""
    lines = [*_filings(sheet), *_steps(sheet), *_verdicts(sheet), *_decided(sheet), *_holds(sheet), *_ends(sheet)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _filings(sheet: Sheet) -> Iterator[Line]:
    applicant = sheet.party.person
    for submission in sheet.submissions:
        again = submission.number > 1
        what = say("Handed in again ({number})", number=submission.number) if again else later("Handed in")
        yield Line(submission.submitted_at, what, applicant)
    if sheet.limit:
        yield Line(sheet.limit.started_at, later("Accepted; the time limit runs"), sheet.name(sheet.accepted_by))
    application = sheet.application
    if application.withdrawn_at:
        yield Line(application.withdrawn_at, later("Withdrawn"), applicant, "", application.withdrawal_reason)


def _steps(sheet: Sheet) -> Iterator[Line]:
    for task in sheet.tasks:
        title = sheet.step_title(task.step)
        if task.claimed_at:
            yield Line(task.claimed_at, later("Step claimed"), sheet.name(task.claimed_by), title)
        if task.ended_at and task.state == TaskState.DONE:
            yield Line(task.ended_at, later("Step done"), sheet.name(task.ended_by), _both(sheet, task), task.reason)
        elif task.ended_at:
            yield Line(task.ended_at, later("Step given up"), sheet.name(task.ended_by), title)


def _both(sheet: Sheet, task: Task) -> dict[str, str]:
    step, action = sheet.step_title(task.step), sheet.action_title(task)
    return {"vi": f"{step.vi}: {action.vi}", "en": f"{step.en}: {action.en}"}


def _verdicts(sheet: Sheet) -> Iterator[Line]:
    for document in sheet.documents:
        if verdict := document.verdict:
            what = VERDICTS[verdict.verdict]
            yield Line(verdict.judged_at, what, sheet.name(verdict.judged_by), document.title, verdict.reason)


def _decided(sheet: Sheet) -> Iterator[Line]:
    for item in sheet.recommendations:
        yield Line(item.recommended_at, OUTCOMES[item.outcome][0], sheet.name(item.recommended_by), "", item.reason)
    for decision in sheet.decisions:
        who = sheet.name(decision.decided_by)
        yield Line(decision.decided_at, OUTCOMES[decision.outcome][1], who, "", decision.reason or None)
        if decision.set_aside_at:
            who = sheet.name(decision.set_aside_by)
            yield Line(decision.set_aside_at, later("Decision set aside"), who, "", decision.set_aside_reason)


def _holds(sheet: Sheet) -> Iterator[Line]:
    for hold in sheet.holds:
        yield Line(hold.placed_at, later("Hold placed"), sheet.name(hold.placed_by), "", hold.reason)
        if hold.lifted_at:
            yield Line(hold.lifted_at, later("Hold lifted"), sheet.name(hold.lifted_by), "", hold.lift_reason)


def _ends(sheet: Sheet) -> Iterator[Line]:
    if sheet.licence and sheet.licence.entered_at:
        yield Line(sheet.licence.entered_at, later("Licence entered in the register"), "", sheet.licence.number)
        if handed_out := _returned_at(sheet) or sheet.application.closed_at:
            yield Line(handed_out, later("Licence published and handed out"), "", sheet.licence.number)
    for made in sheet.prints:
        about = say("no. {number}, for {recipient}", number=made.number, recipient=made.recipient)
        yield Line(made.printed_at, later("Certified print made"), made.name, about, made.reason)
    for paper in sheet.papers:
        if paper.delivered_at:
            yield Line(paper.delivered_at, later("Refusal handed out"), "", paper.number)
    if sheet.application.closed_at:
        yield Line(sheet.application.closed_at, later("Application closed"), "")


def _returned_at(sheet: Sheet) -> datetime | None:
    """When the last step of a licence was done: from then on it can be had."""
    done = (task.ended_at for task in sheet.tasks if task.kind == StepKind.RETURN and task.state == TaskState.DONE)
    return next(done, None)
