"""What cannot be done in the past: documents of the demonstration are signed and sealed now, by real processes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from threading import Event
from uuid import UUID

import sqlalchemy as sa

from config.access import SYSTEM, Actor
from config.errors import Conflict, Unavailable
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.models import Account
from licensing.accounts.queries import actor_of
from licensing.applications.lifecycle import Status
from licensing.applications.models import Application
from licensing.demonstration.passwords import Secrets
from licensing.demonstration.stories import STORIES, Ending, Story
from licensing.licences.models import Licence
from licensing.licences.seal import seal_document
from licensing.licences.sign import sign_document
from licensing.papers.models import OfficialPaper

PATIENCE = 40.0  # seconds; what is not done by then is done at the next start
CLERK = "vanthu"


def sign_and_seal(unit: UnitOfWork, secrets: Secrets, patience: float = PATIENCE) -> list[str]:
    """Sign what should be signed, order the seals; the names of establishments for which it could not be done yet.

    May be run again: what was signed, sealed, set aside or withdrawn meanwhile stays as it is.
    """
    waiting: Iterable[Story] = [story for story in STORIES if story.ending in (Ending.SIGNED, Ending.SEALED)]
    deadline = time.monotonic() + patience
    while waiting := [story for story in waiting if not _advanced(unit, secrets, story)]:
        if time.monotonic() > deadline:
            break
        Event().wait(0.2)
    return [story.establishment for story in waiting]


def _advanced(unit: UnitOfWork, secrets: Secrets, story: Story) -> bool:
    """True when nothing more is to be done for this story."""
    with unit.begin(SYSTEM) as work:
        application = application_of(work, story)
        if application is None or application.status != Status.DECIDED:
            return True
        request_id = _document_of(work, application.id)
        approver, clerk = _official(work, story.approver), _official(work, CLERK)
    if request_id is None:
        return False
    try:
        _sign(unit, approver, request_id, secrets)
        if story.ending == Ending.SEALED:
            with unit.begin(clerk) as work:
                seal_document(work, request_id)
    except (Conflict, Unavailable):  # a process is still starting, or the timestamp is still being fetched
        return False
    return True


def _sign(unit: UnitOfWork, approver: Actor, request_id: UUID, secrets: Secrets) -> None:
    with suppress(Conflict):  # signed before; what else may stand in the way shows when the seal is asked for
        sign_document(unit, approver, request_id, secrets.pin)


def application_of(work: Work, story: Story) -> Application | None:
    """The application of a story: its applicant's first for that establishment."""
    query = (
        sa.select(Application)
        .join(Account, Account.id == Application.applicant_id)
        .where(
            Account.login == story.business.email,
            Application.answers["establishment_name"].astext == story.establishment,
        )
    )
    return work.session.scalar(query.order_by(Application.created_at).limit(1))


def _document_of(work: Work, application_id: UUID) -> UUID | None:
    """The signing request of the licence or the refusal, once it is prepared."""
    licence = sa.select(Licence.request_id).where(
        Licence.application_id == application_id, Licence.void_reason.is_(None)
    )
    paper = sa.select(OfficialPaper.request_id).where(
        OfficialPaper.application_id == application_id, OfficialPaper.void_reason.is_(None)
    )
    return work.session.scalar(licence) or work.session.scalar(paper)


def _official(work: Work, login: str) -> Actor:
    return actor_of(work, work.session.scalars(sa.select(Account).where(Account.login == login)).one())
