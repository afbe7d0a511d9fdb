"""Reads of applications. What somebody may not know of is not found, rather than forbidden."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from licensing.accounts.roles import READ_APPLICATIONS
from licensing.applications.errors import ApplicationNotFound, NotInCharge
from licensing.applications.lifecycle import Status
from licensing.applications.models import Application, DocumentVerdict, SubmissionVersion
from licensing.documents.queries import attachments_of

PAGE = 50


def application_by_id(work: Work, application_id: UUID, *, lock: bool = False) -> Application:
    """The application, whoever asks: for use cases that have asked before; raises ApplicationNotFound."""
    return _one(work, sa.select(Application).where(Application.id == application_id), lock)


def own_application(work: Work, application_id: UUID, *, lock: bool = False) -> Application:
    """The caller's application; somebody else's is not found, for a stranger must not learn that it exists."""
    return _one(
        work,
        sa.select(Application).where(
            Application.id == application_id, Application.applicant_id == work.actor.account_id
        ),
        lock,
    )


def application_in_charge(
    work: Work, application_id: UUID, permission: str | None = None, *, lock: bool = False
) -> Application:
    """An application handed in at an agency of the caller's; raises NotInCharge without the permission there."""
    agencies = work.actor.agencies(READ_APPLICATIONS)
    query = sa.select(Application).where(
        Application.id == application_id, Application.agency.in_(agencies), Application.submitted_at.is_not(None)
    )
    application = _one(work, query, lock)
    if permission is not None and not work.actor.may(permission, application.agency):
        raise NotInCharge("Your roles at this agency do not allow this.")
    return application


def visible_application(work: Work, application_id: UUID) -> Application:
    """The caller's own application, or one at an agency of the caller's; anything else is not found."""
    try:
        return application_in_charge(work, application_id)
    except ApplicationNotFound:
        return own_application(work, application_id)


def _one(work: Work, query: sa.Select[Application], lock: bool) -> Application:
    query = query.execution_options(populate_existing=True) if lock else query
    if application := work.session.scalar(query.with_for_update() if lock else query):
        return application
    raise ApplicationNotFound("There is no such application.")


def own_applications(work: Work, after: UUID | None = None, limit: int = PAGE) -> Sequence[Application]:
    """The caller's applications, the newest first, from behind the one named `after`."""
    query = sa.select(Application).where(Application.applicant_id == work.actor.account_id)
    return _page(work, query, after, limit)


def applications_at(
    work: Work, agency: str, status: str | None = None, after: UUID | None = None, limit: int = PAGE
) -> Sequence[Application]:
    """What was handed in at an agency, the newest first; nothing at an agency that the caller does not work for."""
    query = sa.select(Application).where(
        Application.agency == agency,
        Application.agency.in_(work.actor.agencies(READ_APPLICATIONS)),
        Application.submitted_at.is_not(None),
    )
    return _page(work, query.where(Application.status == status) if status else query, after, limit)


def _page(work: Work, query: sa.Select[Application], after: UUID | None, limit: int) -> Sequence[Application]:
    key = sa.tuple_(Application.created_at, Application.id)
    if after is not None:
        mark = sa.select(Application.created_at, Application.id).where(Application.id == after).scalar_subquery()
        query = query.where(key < mark)
    order = (Application.created_at.desc(), Application.id.desc())
    return work.session.scalars(query.order_by(*order).limit(limit)).all()


def filed(work: Work, application_id: UUID) -> list[dict[str, str | int]]:
    """The files of an application as a filing names them, in the order in which they came."""
    return [
        {
            "id": str(item.id),
            "document": item.requirement_id,
            "name": item.file_name,
            "media_type": item.media_type,
            "size": item.size,
            "sha256": item.sha256,
        }
        for item in attachments_of(work, application_id)
    ]


def latest_submission(work: Work, application_id: UUID) -> SubmissionVersion | None:
    """What was handed in last."""
    query = sa.select(SubmissionVersion).where(SubmissionVersion.application_id == application_id)
    return work.session.scalar(query.order_by(SubmissionVersion.number.desc()).limit(1))


def submissions_of(work: Work, application_id: UUID) -> Sequence[SubmissionVersion]:
    """Everything that was handed in, the first filing first."""
    query = sa.select(SubmissionVersion).where(SubmissionVersion.application_id == application_id)
    return work.session.scalars(query.order_by(SubmissionVersion.number)).all()


def verdicts_of(work: Work, application_id: UUID) -> dict[UUID, DocumentVerdict]:
    """The latest verdict on each document, by the attachment's id."""
    query = (
        sa.select(DocumentVerdict).where(DocumentVerdict.application_id == application_id).order_by(DocumentVerdict.seq)
    )
    return {verdict.attachment_id: verdict for verdict in work.session.scalars(query)}


def own_drafts(work: Work, procedure: str) -> Sequence[Application]:
    """The caller's applications under a procedure that were not handed in yet, the newest first."""
    query = sa.select(Application).where(
        Application.applicant_id == work.actor.account_id,
        Application.procedure == procedure,
        Application.status == Status.DRAFT,
    )
    return work.session.scalars(query.order_by(Application.updated_at.desc(), Application.id)).all()
