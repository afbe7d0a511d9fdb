"""A draft belongs to its applicant, takes wrong answers, and is never overwritten by who has not seen the latest."""

from __future__ import annotations

from datetime import date

import pytest

from config import tokens
from config.access import SYSTEM
from config.unit_of_work import UnitOfWork
from licensing.accounts.errors import AgencyNotFound
from licensing.applications.attach_document import attach_document
from licensing.applications.errors import (
    AnswersTooLarge,
    ApplicationNotFound,
    DocumentNotAskedFor,
    KindUnknown,
    OrganisationNotYours,
    StaleDraft,
)
from licensing.applications.overview import application_overview
from licensing.applications.queries import own_application, own_applications
from licensing.applications.save_draft import DraftChanges, save_draft
from licensing.applications.start import NewApplication, start_application
from licensing.catalogue.errors import ProcedureClosed, ProcedureNotFound
from licensing.catalogue.retire import retire_procedure
from tests.licensing.factories import AGENCY, KITES, Cast, a_cast, a_draft, a_pdf, acting, an_applicant


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


def test_a_draft_is_saved_right_or_wrong(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application = a_draft(work, cast)
        saved = save_draft(acting(work, cast.applicant), application.id, 1, DraftChanges(answers={"size": "???"}))
        assert (saved.answers, saved.eligibility, saved.version) == ({"size": "???"}, {"indoors": False}, 2)


def test_who_has_not_seen_the_latest_version_does_not_overwrite_it(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_draft(work, cast).id
    with unit.begin(cast.applicant) as work:
        save_draft(work, application_id, 1, DraftChanges(answers={"size": 7}))
    with pytest.raises(StaleDraft), unit.begin(cast.applicant) as work:
        save_draft(work, application_id, 1, DraftChanges(answers={"size": 8}))
    with unit.begin(cast.applicant) as work:
        assert own_application(work, application_id).answers == {"size": 7}


def test_a_stranger_s_draft_is_not_found_by_applicants_or_officials(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_draft(work, cast).id
        stranger = an_applicant(work, "Người Lạ")
        with pytest.raises(ApplicationNotFound):
            save_draft(acting(work, stranger), application_id, 1, DraftChanges(answers={}))
        for actor in (stranger, cast.reception, cast.case_officer):
            with pytest.raises(ApplicationNotFound):
                application_overview(acting(work, actor), application_id)
        assert application_overview(acting(work, cast.applicant), application_id)["status"] == "draft"


def test_a_draft_needs_an_open_procedure_a_known_agency_and_case(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        applicant = acting(work, cast.applicant)
        for new, error in (
            (NewApplication("9.999999", AGENCY.code), ProcedureNotFound),
            (NewApplication(KITES, "H00"), AgencyNotFound),
            (NewApplication(KITES, AGENCY.code, kind="renewal"), KindUnknown),
            (NewApplication(KITES, AGENCY.code, organisation_id=tokens.new_id()), OrganisationNotYours),
            (NewApplication(KITES, AGENCY.code, answers={"name": "\x00"}), AnswersTooLarge),
        ):
            with pytest.raises(error):
                start_application(applicant, new)
        retire_procedure(work, KITES, date(2026, 2, 1), "Bãi bỏ.")
        with pytest.raises(ProcedureClosed):
            start_application(applicant, NewApplication(KITES, AGENCY.code))


def test_a_document_that_nobody_asked_for_is_refused(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        application_id = a_draft(work, cast).id
        for document in ("passport", "form"):
            with pytest.raises(DocumentNotAskedFor):
                attach_document(acting(work, cast.applicant), application_id, document, "a.pdf", a_pdf())


def test_one_s_own_applications_come_page_by_page_the_newest_first(unit: UnitOfWork, cast: Cast) -> None:
    with unit.begin(SYSTEM) as work:
        applicant = acting(work, cast.applicant)
        made = [start_application(applicant, NewApplication(KITES, AGENCY.code)).id for _ in range(5)]
        start_application(acting(work, an_applicant(work)), NewApplication(KITES, AGENCY.code))
        seen, after = [], None
        while page := own_applications(applicant, after, 2):
            seen += [item.id for item in page]
            after = page[-1].id
        assert sorted(seen, key=str) == sorted(made, key=str)
        assert len(seen) == 5
