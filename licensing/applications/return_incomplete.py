"""Send a submitted application back because something is missing, in writing and with everything at once."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.accounts.roles import RECEIVE
from licensing.applications.events import ApplicationReturned
from licensing.applications.lifecycle import move
from licensing.applications.models import Application
from licensing.applications.queries import application_in_charge


def return_application(work: Work, application_id: UUID, reason: str) -> Application:
    """Return to the applicant, who may complete it and hand it in again (NĐ 61/2018, art. 17)."""
    application = application_in_charge(work, application_id, RECEIVE, lock=True)
    move(application, "return")
    application.return_reason = reason
    application.updated_at = work.clock.now()
    work.record(ApplicationReturned(application.id))
    return application
