"""A complete draft is handed in once, as it was, under the revision in force; an incomplete one stays a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from config import tokens
from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.accounts.errors import AddressNotVerified
from licensing.accounts.queries import account_by_id
from licensing.accounts.verify_address import vouch_for_address
from licensing.applications.attach_document import attach_document, remove_document
from licensing.applications.canonical import digest
from licensing.applications.errors import (
    AlreadySubmitted,
    ApplicationIncomplete,
    ApplicationNotFound,
    MoveNotPossible,
    NotEligible,
)
from licensing.applications.lifecycle import Status
from licensing.applications.queries import application_by_id, latest_submission, own_application, submissions_of
from licensing.applications.return_incomplete import return_application
from licensing.applications.save_draft import DraftChanges, save_draft
from licensing.applications.submit import submit_application
from licensing.catalogue.errors import ProcedureClosed
from licensing.catalogue.retire import retire_procedure
from licensing.documents.queries import attachments_of
from tests.licensing.factories import (
    ANSWERS,
    KITES,
    Cast,
    a_cast,
    a_draft,
    a_newcomer,
    a_pdf,
    a_submitted,
    acting,
    an_applicant,
)


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


def test_a_complete_draft_is_handed_in_and_kept_as_it_was(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = a_submitted(work, cast)
        submission = latest_submission(work, application.id)
        assert submission is not None
        assert (application.status, application.reference) == (Status.SUBMITTED, None)
        assert (submission.number, submission.answers) == (1, ANSWERS)
        assert [item["document"] for item in submission.attachments] == ["plan"]
        assert submission.attachments[0]["sha256"] == attachments_of(work, application.id)[0].sha256
        assert len(submission.sha256) == len(digest(""))


def test_text_from_a_form_is_typed_when_it_is_handed_in(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        assert a_submitted(work, cast, size="2", red="false").answers == {**ANSWERS, "red": False}


def test_an_incomplete_draft_is_told_everything_at_once_and_stays_a_draft(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_draft(work, cast, size="big", colour="red").id
        for attachment in attachments_of(work, application_id):
            remove_document(acting(work, cast.applicant), application_id, attachment.id)
    with pytest.raises(ApplicationIncomplete) as refused, unit.begin(cast.applicant) as work:
        submit_application(work, application_id)
    assert [fault["pointer"] for fault in refused.value.errors] == ["/answers", "/answers/size", "/documents/plan"]
    with unit.begin(SYSTEM) as work:
        application = application_by_id(work, application_id)
        assert (application.status, application.submitted_at) == (Status.DRAFT, None)
        assert application.answers["size"] == "big"
        assert not submissions_of(work, application_id)


def test_who_needs_no_licence_is_told_so(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = a_draft(work, cast)
        changes = DraftChanges(eligibility={"indoors": True})
        save_draft(acting(work, cast.applicant), application.id, application.version, changes)
        with pytest.raises(NotEligible, match="no licence indoors"):
            submit_application(acting(work, cast.applicant), application.id)


def test_a_second_submission_is_refused_and_the_first_stays(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_submitted(work, cast).id
    with pytest.raises(AlreadySubmitted), unit.begin(cast.applicant) as work:
        submit_application(work, application_id)
    with unit.begin(SYSTEM) as work:
        assert len(submissions_of(work, application_id)) == 1


def test_after_the_procedure_closed_nothing_is_handed_in_and_the_draft_stays(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_draft(work, cast).id
        retire_procedure(work, KITES, date(2026, 2, 1), "Bãi bỏ.")
    with pytest.raises(ProcedureClosed), unit.begin(cast.applicant) as work:
        submit_application(work, application_id)
    with unit.begin(cast.applicant) as work:
        assert own_application(work, application_id).status == Status.DRAFT


def test_somebody_else_s_application_is_not_found(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id, stranger = a_draft(work, cast).id, an_applicant(work, "Người Lạ")
    for unknown in (application_id, tokens.new_id()):
        with pytest.raises(ApplicationNotFound), unit.begin(stranger) as work:
            submit_application(work, unknown)


def test_what_was_handed_in_can_be_neither_changed_nor_added_to(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = a_submitted(work, cast)
        attachment_id: UUID = attachments_of(work, application.id)[0].id
        applicant = acting(work, cast.applicant)
        with pytest.raises(MoveNotPossible):
            save_draft(applicant, application.id, application.version, DraftChanges(answers={}))
        with pytest.raises(MoveNotPossible):
            attach_document(applicant, application.id, "photo", "ảnh.pdf", a_pdf())
        with pytest.raises(MoveNotPossible):
            remove_document(applicant, application.id, attachment_id)


def test_a_returned_application_is_completed_and_handed_in_as_a_second_filing(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = a_submitted(work, cast)
        return_application(acting(work, cast.reception), application.id, "Thiếu ảnh.")
        assert (application.status, application.return_reason) == (Status.RETURNED, "Thiếu ảnh.")
        applicant = acting(work, cast.applicant)
        attach_document(applicant, application.id, "photo", "ảnh.pdf", a_pdf(2))
        work.session.flush()
        save_draft(applicant, application.id, application.version, DraftChanges(answers={**ANSWERS, "size": 1}))
        submit_application(applicant, application.id)
        first, second = submissions_of(work, application.id)
        assert (first.answers["size"], second.answers["size"]) == (2, 1)
        assert (first.number, second.number) == (1, 2)
        assert len(second.attachments) == 2
        assert first.sha256 != second.sha256


def test_nothing_is_handed_in_before_the_address_is_verified(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        newcomer = a_newcomer(work)
        draft = a_draft(work, replace(cast, applicant=newcomer))  # filled in and kept all the same
        with pytest.raises(AddressNotVerified) as refusal:
            submit_application(acting(work, newcomer), draft.id)
        assert account_by_id(work, newcomer.account_id).email in refusal.value.detail
        assert draft.status == Status.DRAFT
        vouch_for_address(work, newcomer.account_id)
        assert submit_application(acting(work, newcomer), draft.id).status == Status.SUBMITTED
