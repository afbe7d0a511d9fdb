"""The timeline of one application: what happened, what happens now, what is to come; in words, with times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from config.sentences import later, say
from licensing.applications.lifecycle import Status
from licensing.catalogue.terms import Outcome, Text
from licensing.tracking.queries import Progress
from licensing.tracking.stages import Place

S = Status
RECEIVED = (S.SUBMITTED, S.ACCEPTED, S.UNDER_REVIEW, S.PROPOSED, S.DECIDED, S.CLOSED)


@dataclass(frozen=True)
class Moment:
    """One point of the timeline. `at` is when it happened or began, `by` the day by which it is expected."""

    title: str | Text
    state: str
    at: datetime | None = None
    by: date | None = None
    text: str = ""


def timeline(progress: Progress) -> list[Moment]:
    """Everything in its order, of an application in any state."""
    return [*_filing(progress), *_acceptance(progress), *_handling(progress), *_end(progress)]


def _filing(progress: Progress) -> Iterator[Moment]:
    application = progress.application
    for filing in progress.filings:
        title = later("Application handed in") if filing.number == 1 else later("Application handed in again")
        files = say("{count} files", count=len(filing.attachments))
        yield Moment(title, "done", at=filing.submitted_at, text=files)
    if application.status == S.DRAFT:
        yield Moment(later("You fill the application in"), "now", at=application.created_at)
        yield Moment(later("Application handed in"), "todo")
    if application.status == S.RETURNED:
        yield Moment(later("Returned to you to be completed"), "now", at=application.updated_at)


def _acceptance(progress: Progress) -> Iterator[Moment]:
    application = progress.application
    if application.accepted_at:
        text = say("Reference {reference}", reference=application.reference)
        yield Moment(later("Application accepted"), "done", at=application.accepted_at, text=text)
    elif application.status == S.SUBMITTED:
        looking = later("A reception officer looks whether everything is there.")
        yield Moment(later("Waiting for acceptance"), "now", at=application.submitted_at, text=looking)
    elif application.status != S.WITHDRAWN:
        yield Moment(later("Application accepted"), "todo")


def _handling(progress: Progress) -> Iterator[Moment]:
    over = progress.application.status in (S.WITHDRAWN, S.CLOSED)
    for place in progress.places:
        if place.state == "done" or not over:
            yield _of(place)


def _of(place: Place) -> Moment:
    if place.state == "done":
        return Moment(place.stage.title, "done", at=place.ended_at)
    if place.state == "now":
        return Moment(place.stage.title, "now", at=place.since)
    return Moment(place.stage.title, "todo", by=place.expected)


def _end(progress: Progress) -> Iterator[Moment]:
    application = progress.application
    if application.status == S.WITHDRAWN:
        yield Moment(later("You withdrew the application"), "done", at=application.withdrawn_at)
    if application.status == S.CLOSED:
        titles = {
            Outcome.GRANTED: later("Licence issued and handed over"),
            Outcome.REFUSED: later("Refusal handed over"),
        }
        title = titles.get(Outcome(progress.outcome)) if progress.outcome else None
        yield Moment(title or later("Application closed"), "done", at=application.closed_at, text=_number(progress))


def _number(progress: Progress) -> str:
    """Which paper went out."""
    if progress.licence:
        return say("No. {number}", number=progress.licence.number)
    return say("No. {number}", number=progress.papers[-1].number) if progress.papers else ""
