"""Hand in a complete draft. What was handed in is kept as it was, under the revision in force at that moment."""

from __future__ import annotations

from uuid import UUID

from config import tokens
from config.errors import Fault, RuleBroken
from config.storage import Storage
from config.unit_of_work import Work
from licensing.accounts.verify_address import check_address_verified
from licensing.applications.canonical import canonical, digest
from licensing.applications.errors import AlreadySubmitted, ApplicationIncomplete, NotEligible
from licensing.applications.events import ApplicationSubmitted
from licensing.applications.lifecycle import Status, check_move, move
from licensing.applications.models import Application, SubmissionVersion
from licensing.applications.queries import filed, latest_submission, own_application
from licensing.applications.rules import coerce, complete_faults, reasons_against
from licensing.applications.start import check_organisation
from licensing.catalogue.package import Definition
from licensing.catalogue.queries import package_of, revision_in_force
from licensing.documents.goes_out import check_goes_out


def submit_application(work: Work, application_id: UUID) -> Application:
    """Hand in the caller's draft; from here an officer looks at it.

    Raises AlreadySubmitted, AddressNotVerified, ProcedureClosed, NotEligible, ApplicationIncomplete (with every
    fault); the draft stays.
    """
    application = own_application(work, application_id, lock=True)
    if application.status == Status.SUBMITTED:
        raise AlreadySubmitted("This application was handed in before.")
    check_move(application, "submit")
    check_address_verified(work)
    revision = revision_in_force(work, application.procedure, work.clock.today())
    package = package_of(work, revision.id)
    check_organisation(work, application.organisation_id)
    if against := reasons_against(package.definition.eligibility, application.eligibility):
        raise NotEligible(against[0]["detail"], against)
    answers = coerce(package.form, application.answers)
    files = filed(work, application.id)
    named = [str(item["document"]) for item in files]
    if faults := complete_faults(package, application.kind, answers, application.eligibility, named):
        raise ApplicationIncomplete(faults)
    if faults := _enclosure_faults(work, package.definition, files):
        raise ApplicationIncomplete(faults)
    move(application, "submit")
    application.answers, application.revision_id = answers, revision.id
    application.submitted_at = application.updated_at = work.clock.now()
    submission = _keep(work, application, files)
    work.record(ApplicationSubmitted(application.id, submission.number, submission.sha256))
    return application


def _enclosure_faults(work: Work, definition: Definition, files: list[dict[str, str | int]]) -> list[Fault]:
    """Files that could not go out with the licence: the procedure may have come to ask for that since the upload."""
    going_out = {item.id for item in definition.documents if item.issued_with_licence}
    faults: list[Fault] = []
    for item in files:
        if item["document"] in going_out:
            content = work.tools[Storage].get(str(item["sha256"]))
            try:
                check_goes_out(str(item["media_type"]), content, work.clock.now())
            except RuleBroken as refusal:
                faults.append({"pointer": f"/documents/{item['document']}", "detail": refusal.detail})
    return faults


def _keep(work: Work, application: Application, files: list[dict[str, str | int]]) -> SubmissionVersion:
    """The filing as a row of its own, with the digest over all that it says."""
    earlier = latest_submission(work, application.id)
    number = earlier.number + 1 if earlier else 1
    now = work.clock.now()
    said = {
        "application": str(application.id),
        "number": number,
        "procedure": application.procedure,
        "revision": str(application.revision_id),
        "kind": application.kind,
        "agency": application.agency,
        "applicant": str(application.applicant_id),
        "organisation": str(application.organisation_id) if application.organisation_id else None,
        "answers": application.answers,
        "eligibility": application.eligibility,
        "attachments": files,
        "submitted_at": now.isoformat(),
    }
    submission = SubmissionVersion(
        id=tokens.new_id(),
        application_id=application.id,
        number=number,
        revision_id=application.revision_id,
        answers=application.answers,
        eligibility=application.eligibility,
        attachments=files,
        sha256=digest(canonical(said)),
        submitted_by=work.actor.account_id,
        submitted_at=now,
    )
    work.session.add(submission)
    return submission
