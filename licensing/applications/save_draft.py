"""Save a draft, right or wrong: what is missing is asked when it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from config.unit_of_work import Work
from licensing.applications.errors import MoveNotPossible, StaleDraft
from licensing.applications.events import DraftSaved
from licensing.applications.lifecycle import possible
from licensing.applications.models import Application
from licensing.applications.queries import own_application
from licensing.applications.start import check_organisation, check_storable


@dataclass(frozen=True)
class DraftChanges:
    """The parts of a draft to be replaced; None leaves one as it is."""

    answers: Mapping[str, Any] | None = None
    eligibility: Mapping[str, bool] | None = None
    organisation_id: UUID | None = None


def save_draft(work: Work, application_id: UUID, version: int, changes: DraftChanges) -> Application:
    """Replace parts of the caller's draft, seen at `version`; raises StaleDraft when it was saved meanwhile."""
    application = editable_draft(work, application_id)
    if application.version != version:
        raise StaleDraft("This draft was saved somewhere else meanwhile; load it again.")
    if changes.answers is not None:
        check_storable(changes.answers)
        application.answers = dict(changes.answers)
    if changes.eligibility is not None:
        application.eligibility = dict(changes.eligibility)
    if changes.organisation_id is not None:
        check_organisation(work, changes.organisation_id)
        application.organisation_id = changes.organisation_id
    application.updated_at = work.clock.now()
    work.session.flush()
    work.record(DraftSaved(application.id, application.version))
    return application


def editable_draft(work: Work, application_id: UUID) -> Application:
    """The caller's draft, locked; raises MoveNotPossible once it is handed in, until it is returned."""
    application = own_application(work, application_id, lock=True)
    if not possible(application.status, "submit"):
        raise MoveNotPossible(move="change", status=application.status)
    return application
