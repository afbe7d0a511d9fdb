"""Begin a draft under the revision of a procedure that is in force today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from config import tokens
from config.sentences import say
from config.unit_of_work import Work
from licensing.accounts.queries import agency_by_code, may_file_for
from licensing.applications.errors import AnswersTooLarge, KindUnknown, OrganisationNotYours
from licensing.applications.events import ApplicationStarted
from licensing.applications.lifecycle import Status
from licensing.applications.models import Application
from licensing.applications.rules import unstorable
from licensing.catalogue.queries import package_of, revision_in_force


@dataclass(frozen=True)
class NewApplication:
    """What an applicant says to begin: which licence, from which agency, for whom."""

    procedure: str
    agency: str
    kind: str = "new"
    organisation_id: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    eligibility: Mapping[str, bool] = field(default_factory=dict)


def start_application(work: Work, new: NewApplication) -> Application:
    """A draft of the caller's. Raises ProcedureClosed or ProcedureNotFound, AgencyNotFound, KindUnknown …"""
    revision = revision_in_force(work, new.procedure, work.clock.today())
    agency = agency_by_code(work, new.agency)
    if new.kind not in [case.id for case in package_of(work, revision.id).definition.cases]:
        raise KindUnknown(say("The procedure {code} has no case “{kind}”.", code=new.procedure, kind=new.kind))
    check_organisation(work, new.organisation_id)
    check_storable(new.answers)
    now = work.clock.now()
    application = Application(
        id=tokens.new_id(),
        revision_id=revision.id,
        procedure=revision.code,
        agency=agency.code,
        applicant_id=work.actor.account_id,
        organisation_id=new.organisation_id,
        kind=new.kind,
        status=Status.DRAFT,
        answers=dict(new.answers),
        eligibility=dict(new.eligibility),
        created_at=now,
        updated_at=now,
    )
    work.session.add(application)
    work.record(ApplicationStarted(application.id))
    return application


def check_organisation(work: Work, organisation_id: UUID | None) -> None:
    """Raises OrganisationNotYours unless the caller may file for the organisation now."""
    if organisation_id is not None and not may_file_for(work, work.actor.account_id, organisation_id):
        raise OrganisationNotYours("You do not file for this organisation.")


def check_storable(answers: Mapping[str, Any]) -> None:
    """Raises AnswersTooLarge for answers that cannot be kept at all; whether they are right is asked at submission."""
    if reason := unstorable(answers):
        raise AnswersTooLarge(reason, [{"pointer": "/answers", "detail": reason}])
