"""A refusal is an official paper: prepared on record, signed by who decided, sealed, preserved, and then handed out."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.accounts.end_appointment import end_appointment
from licensing.accounts.queries import signing_appointments
from licensing.applications.errors import ApplicationNotFound
from licensing.applications.lifecycle import Status
from licensing.applications.queries import application_by_id
from licensing.decisions.events import DecisionRefused
from licensing.decisions.follow_signing import deliver_refusal
from licensing.decisions.models import Decision
from licensing.decisions.prepare_refusal import prepare_expired_refusals, prepare_refusal
from licensing.decisions.queries import decision_by_id
from licensing.decisions.set_aside import set_aside
from licensing.licences.seal import seal_document
from licensing.papers.errors import PaperNotDelivered
from licensing.papers.models import OfficialPaper
from licensing.papers.queries import living_paper, paper_file, papers_of
from licensing.papers.refusal import KIND
from signing.pades.blanks import blanks_of
from signing.pades.digest import signed_fields
from signing.requests.complete import complete_signature
from signing.requests.events import RequestSealed
from signing.requests.models import Role, SigningRequest, State
from signing.requests.queries import get_request, request_for
from signing.requests.seal import seal_request
from signing.requests.sign import sign_request
from tests.licensing.factories import AGENCY, Cast, a_cast, a_refusal, acting, an_applicant, the_task

PIN = "123456"


@pytest.fixture
def cast(live_unit: UnitOfWork) -> Cast:
    with live_unit.begin(SYSTEM) as work:
        return a_cast(work)


@pytest.fixture
def decision(live_unit: UnitOfWork, cast: Cast) -> Decision:
    with live_unit.begin(SYSTEM) as work:
        return a_refusal(work, cast)


def prepare(unit: UnitOfWork, decision: Decision) -> SigningRequest:
    prepare_refusal(unit, DecisionRefused(decision.id, decision.application_id))
    with unit.begin(SYSTEM) as work:
        request = request_for(work, KIND, str(decision.id))
        assert request is not None
        return request


def signed(unit: UnitOfWork, cast: Cast, request: SigningRequest) -> None:
    """Its official signs."""
    sign_request(unit, request.id, str(cast.approver.id), PIN)
    complete_signature(unit, request.id, Role.OFFICIAL)


def ordered(unit: UnitOfWork, cast: Cast, request: SigningRequest) -> dict[str, str] | None:
    """The clerk asks for the seal; what it fills in."""
    with unit.begin(cast.clerk) as work:
        return seal_document(work, request.id).filled


def delivered(unit: UnitOfWork, request: SigningRequest) -> bytes:
    """The seal is put on and the paper handed out, as the jobs do it: each may come twice."""
    for _ in range(2):
        seal_request(unit, request.id)
    for _ in range(2):
        deliver_refusal(unit, RequestSealed(request.id, KIND, request.subject))
    with unit.begin(SYSTEM) as work:
        paper = living_paper(work, KIND, request.subject)
        assert paper is not None
        return unit.tools[Storage].get(paper.file_sha256 or "")


def paper_of(unit: UnitOfWork, decision: Decision) -> OfficialPaper:
    with unit.begin(SYSTEM) as work:
        paper = living_paper(work, KIND, str(decision.id))
        assert paper is not None
        return paper


def test_a_refusal_goes_from_the_decision_to_the_applicant(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    request = prepare(live_unit, decision)
    paper = paper_of(live_unit, decision)
    assert (paper.number, paper.request_id, request.signatory) == ("1/TB-SVD", request.id, str(cast.approver.id))
    with live_unit.begin(cast.applicant) as work, pytest.raises(PaperNotDelivered):
        paper_file(work, paper.id)

    signed(live_unit, cast, request)
    with live_unit.begin(SYSTEM) as work:
        assert the_task(work, decision.application_id).step == "seal_refusal"
    assert ordered(live_unit, cast, request) is None
    assert blanks_of(delivered(live_unit, request)) == {}

    with live_unit.begin(SYSTEM) as work:
        assert application_by_id(work, decision.application_id).status == Status.CLOSED
        (found,) = papers_of(acting(work, cast.applicant), decision.application_id)
        _, content = paper_file(acting(work, cast.applicant), found.id)
        assert [field.name for field in signed_fields(content)] == ["Official", "Seal", "Timestamp-1"]
        with pytest.raises(ApplicationNotFound):
            paper_file(acting(work, an_applicant(work, "Người Lạ")), found.id)


def test_the_paper_says_ground_provision_remedy_and_term_and_carries_them_as_data(
    live_unit: UnitOfWork, decision: Decision
) -> None:
    request = prepare(live_unit, decision)
    with pikepdf.open(BytesIO(live_unit.tools[Storage].get(request.document_sha256))) as document:
        data = document.attachments["refusal.json"].get_file().read_bytes().decode()
        assert len(document.pages) == 1
        assert {str(field.T) for field in document.Root.AcroForm.Fields} == {"Official", "Seal"}
    for words in ("Diều quá to.", "Điều 6, Luật Diều (1/2025/QH15)", "Làm diều nhỏ hơn", "90 ngày", "99 m không bay"):
        assert words in data


def test_a_long_reason_goes_on_to_another_page_and_the_signature_stays_at_its_foot(
    live_unit: UnitOfWork, decision: Decision
) -> None:
    with live_unit.begin(SYSTEM) as work:
        work.session.merge(decision).reason = "Lý do rất dài, nêu đầy đủ từng điểm. " * 100
    request = prepare(live_unit, decision)
    with pikepdf.open(BytesIO(live_unit.tools[Storage].get(request.document_sha256))) as document:
        assert len(document.pages) == 2
        assert "/Annots" in document.pages[-1]


def test_a_repeat_finds_the_same_number_and_the_same_bytes(live_unit: UnitOfWork, decision: Decision) -> None:
    first, second = prepare(live_unit, decision), prepare(live_unit, decision)
    assert (first.id, first.document_sha256) == (second.id, second.document_sha256)
    assert paper_of(live_unit, decision).seq == 1


def test_what_was_not_signed_on_its_day_is_dated_and_numbered_anew_and_the_old_number_is_void(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    old = prepare(live_unit, decision)
    with live_unit.begin(SYSTEM) as work:  # yesterday's paper, as the morning finds it
        yesterday = work.clock.today() - timedelta(days=1)
        work.session.get_one(SigningRequest, old.id).expires_on = yesterday
        work.session.get_one(OfficialPaper, paper_of(live_unit, decision).id).issued_on = yesterday
    prepare_expired_refusals(live_unit)
    paper = paper_of(live_unit, decision)
    with live_unit.begin(SYSTEM) as work:
        assert get_request(work, old.id).state == State.VOID
        papers = work.session.query(OfficialPaper).order_by(OfficialPaper.seq).all()
        assert [(item.seq, item.void_reason is None) for item in papers] == [(1, False), (2, True)]
    assert (paper.number, paper.request_id != old.id) == ("2/TB-SVD", True)


def test_when_who_decided_may_not_sign_any_more_somebody_else_must_decide(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    with live_unit.begin(SYSTEM) as work:
        (appointment,) = signing_appointments(work, cast.approver.account_id, AGENCY.code)
        end_appointment(work, appointment.id, work.clock.today() - timedelta(days=1))
    for _ in range(2):
        prepare_refusal(live_unit, DecisionRefused(decision.id, decision.application_id))
    with live_unit.begin(SYSTEM) as work:
        assert living_paper(work, KIND, str(decision.id)) is None
        assert the_task(work, decision.application_id).step == "recommend"
        assert decision_by_id(work, decision.id).set_aside_at is not None


def test_the_paper_of_a_decision_that_was_set_aside_is_void(live_unit: UnitOfWork, decision: Decision) -> None:
    request = prepare(live_unit, decision)
    with live_unit.begin(SYSTEM) as work:
        set_aside(work, decision.id, "Ghi nhầm hồ sơ.")
    prepare_refusal(live_unit, DecisionRefused(decision.id, decision.application_id))
    with live_unit.begin(SYSTEM) as work:
        assert get_request(work, request.id).state == State.VOID
        assert living_paper(work, KIND, str(decision.id)) is None
