"""Refusals that the clerk numbers: the official signs blanks, the order gives number and day, the seal fills them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.decisions.follow_signing import deliver_refusal
from licensing.decisions.models import Decision
from licensing.decisions.prepare_refusal import prepare_expired_refusals, prepare_refusal_after_loss, refusal_words
from licensing.decisions.set_aside import set_aside
from licensing.licences.registers.errors import RegisterNotFound
from licensing.licences.return_document import return_document
from licensing.licences.waiting import chosen_documents
from licensing.papers.blanks import UNDATED
from licensing.papers.errors import NumberDiffers
from licensing.papers.models import OfficialPaper
from licensing.papers.queries import papers_of
from licensing.papers.refusal import KIND, prepare_refusal_paper
from registry.verification.by_document import verify_document
from registry.verification.result import Finding
from signing.pades.blanks import DATE, NUMBER, blanks_of
from signing.pades.printed import day_in_words
from signing.requests.errors import NotYetSigned
from signing.requests.events import RequestSealed, RequestVoided
from signing.requests.models import SigningRequest, State
from signing.requests.queries import get_request, request_for
from signing.requests.seal import seal_request
from signing.requests.seal_anew import KEY_LOST
from signing.requests.void import void_request
from tests.attacks.form_fields import number_redrawn_after_the_seal
from tests.licensing.factories import Cast, a_cast, a_refusal, acting
from tests.licensing.licences.book import the_register
from tests.licensing.papers.test_refusal import delivered, ordered, paper_of, prepare, signed


@pytest.fixture
def cast(live_unit: UnitOfWork) -> Cast:
    with live_unit.begin(SYSTEM) as work:
        return a_cast(work, "after_signature")


@pytest.fixture
def decision(live_unit: UnitOfWork, cast: Cast) -> Decision:
    with live_unit.begin(SYSTEM) as work:
        return a_refusal(work, cast)


def papers(unit: UnitOfWork) -> list[tuple[str | None, str | None]]:
    """Number and reason of being void of every paper, in the order in which they were reserved."""
    with unit.begin(SYSTEM) as work:
        query = sa.select(OfficialPaper).order_by(OfficialPaper.reserved_at)
        return [(paper.number, paper.void_reason) for paper in work.session.scalars(query)]


def test_number_and_date_come_with_the_order_and_stand_in_the_file_that_is_handed_out(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    request = prepare(live_unit, decision)
    document = live_unit.tools[Storage].get(request.document_sha256)
    assert blanks_of(document) == {NUMBER: None, DATE: None}
    with pikepdf.open(BytesIO(document)) as pdf:
        data = json.loads(pdf.attachments["refusal.json"].get_file().read_bytes())
        title = str(pdf.docinfo["/Title"])
    assert (data["numbering"], data["number"], data["issued_on"]) == ("after_signature", None, None)
    assert "số" not in request.summary.split(data["reference"])[1]
    assert title.endswith(data["reference"])
    signed(live_unit, cast, request)
    assert papers(live_unit) == [(None, None)]

    today = live_unit.clock.today()
    given = {NUMBER: "1/TB-SVD", DATE: day_in_words(today)}
    assert ordered(live_unit, cast, request) == given
    content = delivered(live_unit, request)
    assert blanks_of(content) == given
    assert ordered(live_unit, cast, request) == given
    with live_unit.begin(SYSTEM) as work:
        (found,) = papers_of(acting(work, cast.applicant), decision.application_id)
        assert (found.number, found.issued_on) == ("1/TB-SVD", today)

    forged = number_redrawn_after_the_seal(content)
    assert verify_document(live_unit, content).finding is Finding.PAPER  # it is no licence
    assert verify_document(live_unit, forged).finding is Finding.ALTERED


def test_the_first_order_fixes_them_also_on_another_day(live_unit: UnitOfWork, cast: Cast, decision: Decision) -> None:
    request = prepare(live_unit, decision)
    signed(live_unit, cast, request)
    ordered(live_unit, cast, request)
    yesterday = live_unit.clock.today() - timedelta(days=1)
    given = {NUMBER: "1/TB-SVD", DATE: day_in_words(yesterday)}
    dated(live_unit, decision, yesterday, filled=given)
    prepare_expired_refusals(live_unit)  # its day has passed, but it was signed: the day stands
    assert ordered(live_unit, cast, request) == given
    assert blanks_of(delivered(live_unit, request)) == given


def dated(unit: UnitOfWork, decision: Decision, day: date, filled: dict[str, str]) -> None:
    """As if the clerk had ordered the seal on that day."""
    with unit.begin(SYSTEM) as work:
        paper = work.session.get_one(OfficialPaper, paper_of(unit, decision).id)
        paper.issued_on = day
        assert paper.request_id is not None
        work.session.get_one(SigningRequest, paper.request_id).filled = filled


def test_what_has_no_date_is_not_dated_anew_and_waits_for_its_signature_for_90_days(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    request = prepare(live_unit, decision)
    today = live_unit.clock.today()
    assert request.expires_on == today + UNDATED
    prepare_expired_refusals(live_unit)
    assert papers(live_unit) == [(None, None)]
    with live_unit.begin(SYSTEM) as work:
        work.session.get_one(SigningRequest, request.id).expires_on = today - timedelta(days=1)
    prepare_expired_refusals(live_unit)
    assert [(number, reason is None) for number, reason in papers(live_unit)] == [(None, False), (None, True)]
    with live_unit.begin(SYSTEM) as work:
        assert get_request(work, request.id).state == State.VOID
        again = request_for(work, KIND, str(decision.id))
        assert again is not None
        assert again.expires_on == today + UNDATED
    signed(live_unit, cast, again)
    assert (ordered(live_unit, cast, again) or {})[NUMBER] == "1/TB-SVD"  # none was used up


def test_no_number_before_the_signature_and_none_for_a_paper_that_its_signatory_returns(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    request = prepare(live_unit, decision)
    with pytest.raises(NotYetSigned):
        ordered(live_unit, cast, request)
    with live_unit.begin(cast.approver) as work:
        (found,) = chosen_documents(work, [request.id], sealing=False)
        assert (found.number, found.awaits_number, found.dated) == ("", True, None)
        return_document(work, request.id, "Sai tên người nhận.")
    with live_unit.begin(cast.approver) as work:
        (found,) = chosen_documents(work, [request.id], sealing=False)
        assert (found.stage, found.awaits_number) == ("void", False)
    assert papers(live_unit) == [(None, "The decision was set aside.")]
    assert in_the_book(live_unit, cast) == []


def test_a_number_that_was_given_is_void_when_the_decision_is_set_aside(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    request = prepare(live_unit, decision)
    signed(live_unit, cast, request)
    ordered(live_unit, cast, request)
    assert in_the_book(live_unit, cast) == [("1/TB-SVD", "reserved", "")]
    with live_unit.begin(SYSTEM) as work:
        set_aside(work, decision.id, "Ghi nhầm hồ sơ.")
    with live_unit.begin(SYSTEM) as work:
        another = a_refusal(work, cast)
    request = prepare(live_unit, another)
    signed(live_unit, cast, request)
    ordered(live_unit, cast, request)
    void = ("1/TB-SVD", "void", "The decision was set aside.")
    assert in_the_book(live_unit, cast) == [void, ("2/TB-SVD", "reserved", "")]
    delivered(live_unit, request)
    assert in_the_book(live_unit, cast) == [void, ("2/TB-SVD", "used", "")]


def in_the_book(unit: UnitOfWork, cast: Cast) -> list[tuple[str, str, str]]:
    """Number, state and reason of every refusal in this year's number register."""
    with unit.begin(SYSTEM) as work:
        try:
            lines = the_register(work, cast, series=KIND).lines
        except RegisterNotFound:  # the year has none of this kind
            return []
        return [(line.number, line.state, line.void_reason) for line in lines]


def test_when_the_key_is_lost_between_order_and_seal_the_next_paper_has_blanks_again(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    lost = prepare(live_unit, decision)
    signed(live_unit, cast, lost)
    ordered(live_unit, cast, lost)
    with live_unit.begin(SYSTEM) as work:
        void_request(work, lost.id, KEY_LOST)
    for _ in range(2):
        prepare_refusal_after_loss(live_unit, RequestVoided(lost.id, KIND, str(decision.id)))
    assert papers(live_unit) == [("1/TB-SVD", KEY_LOST), (None, None)]
    with live_unit.begin(SYSTEM) as work:
        again = request_for(work, KIND, str(decision.id))
        assert again is not None
    signed(live_unit, cast, again)
    assert (ordered(live_unit, cast, again) or {})[NUMBER] == "2/TB-SVD"
    assert blanks_of(delivered(live_unit, again))[NUMBER] == "2/TB-SVD"


def test_what_was_sealed_with_another_number_is_not_handed_out(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    request = prepare(live_unit, decision)
    signed(live_unit, cast, request)
    given = ordered(live_unit, cast, request) or {}
    dated(live_unit, decision, live_unit.clock.today(), {**given, NUMBER: "9/TB-SVD"})
    seal_request(live_unit, request.id)
    with pytest.raises(NumberDiffers):
        deliver_refusal(live_unit, RequestSealed(request.id, KIND, request.subject))
    assert paper_of(live_unit, decision).file_sha256 is None


def test_a_paper_whose_number_was_signed_goes_on_whatever_its_procedure_says_of_papers_now(
    live_unit: UnitOfWork, cast: Cast, decision: Decision
) -> None:
    """As the release before this one left it: numbered when it was reserved, in an `after_signature` procedure."""
    with live_unit.begin(SYSTEM) as work:
        words = replace(refusal_words(work, decision), numbered_after=False)
    prepare_refusal_paper(live_unit, words)
    request = prepare(live_unit, decision)
    assert "số 1/TB-SVD" in request.summary
    signed(live_unit, cast, request)
    assert ordered(live_unit, cast, request) is None
    assert blanks_of(delivered(live_unit, request)) == {}
    assert papers(live_unit) == [("1/TB-SVD", None)]
