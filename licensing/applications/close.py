"""Close the file when the applicant has what was decided."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.applications.events import ApplicationClosed
from licensing.applications.lifecycle import Status, move
from licensing.applications.models import Application
from licensing.applications.queries import application_by_id


def close_application(work: Work, application_id: UUID) -> Application:
    """Close a decided application; one that is closed already stays as it is, since jobs may come twice."""
    application = application_by_id(work, application_id, lock=True)
    if application.status != Status.CLOSED:
        move(application, "close")
        application.closed_at = application.updated_at = work.clock.now()
        work.record(ApplicationClosed(application.id))
    return application
