"""Find an application complete: it gets its reference, and the authority's time limit runs from here."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.accounts.queries import agency_by_code
from licensing.accounts.roles import RECEIVE
from licensing.applications.events import ApplicationAccepted
from licensing.applications.lifecycle import check_move, move
from licensing.applications.models import Application
from licensing.applications.queries import application_in_charge
from licensing.applications.reference import next_reference


def accept_application(work: Work, application_id: UUID) -> Application:
    """Accept a submitted application at the caller's agency. Time limit, charges and first task follow together."""
    application = application_in_charge(work, application_id, RECEIVE, lock=True)
    check_move(application, "accept")
    agency = agency_by_code(work, application.agency)
    reference = next_reference(work, agency.code, agency.reference_pattern)
    move(application, "accept")
    application.reference = reference
    application.accepted_at = application.updated_at = work.clock.now()
    application.return_reason = None
    work.record(
        ApplicationAccepted(
            application_id=application.id,
            revision_id=application.revision_id,
            agency=application.agency,
            reference=reference,
            accepted_at=application.accepted_at,
        )
    )
    return application
