"""The applicant gives up: possible until it is decided."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.applications.events import ApplicationWithdrawn
from licensing.applications.lifecycle import move
from licensing.applications.models import Application
from licensing.applications.queries import own_application


def withdraw_application(work: Work, application_id: UUID, reason: str = "") -> Application:
    """Withdraw the caller's application; its open tasks are dropped together with it."""
    application = own_application(work, application_id, lock=True)
    move(application, "withdraw")
    application.withdrawal_reason = reason
    application.withdrawn_at = application.updated_at = work.clock.now()
    work.record(ApplicationWithdrawn(application.id))
    return application
