"""Following an application: each state in words, what is to be done, the dates and why; nothing before its time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.applications.models import Application
from licensing.applications.return_incomplete import return_application
from licensing.applications.withdraw import withdraw_application
from tests.licensing import factories
from tests.licensing.factories import KITES, Cast, a_cast
from tests.licensing.site import Site

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def cast(unit: UnitOfWork) -> Cast:
    with unit.begin(SYSTEM) as work:
        return a_cast(work)


def made(unit: UnitOfWork, cast: Cast, how: str) -> UUID:
    """An application so far: `draft`, `submitted`, `accepted`, `proposed` …"""
    names = {"draft": "a_draft", "submitted": "a_submitted", "accepted": "an_accepted", "proposed": "a_proposed"}
    with unit.begin(SYSTEM) as work:
        application: Application = getattr(factories, names[how])(work, cast)
        return application.id


@pytest.mark.parametrize(
    ("how", "band", "said"),
    [
        ("draft", "band--amber", "Draft, not handed in"),
        ("submitted", "", "Handed in, waiting for acceptance"),
        ("accepted", "", "Accepted, being handled"),
        ("proposed", "", "Waiting for the decision"),
    ],
)
def test_each_state_is_said_in_words_and_amber_when_something_is_asked(
    site: Site, unit: UnitOfWork, cast: Cast, how: str, band: str, said: str
) -> None:
    application_id = made(unit, cast, how)
    page = site.as_(cast.applicant).open(f"/en/applications/{application_id}").html
    assert said in page
    assert (band in page) if band else "band--" not in page
    assert f"/en/applications/{application_id}" in site.open("/en/applications").html
    assert said in site.html


def test_what_was_returned_shows_the_reason_and_its_button_is_the_act(site: Site, unit: UnitOfWork, cast: Cast) -> None:
    application_id = made(unit, cast, "submitted")
    with unit.begin(cast.reception) as work:
        return_application(work, application_id, "Thiếu <b>ảnh</b> diều.")
    page = site.as_(cast.applicant).open(f"/applications/{application_id}").html
    assert "band--amber" in page
    assert "Thiếu &lt;b&gt;ảnh&lt;/b&gt; diều." in page
    assert f'href="/applications/{application_id}/continue"' in page


def test_the_due_date_is_explained_over_the_new_year(site: Site, unit: UnitOfWork, cast: Cast) -> None:
    """Accepted on Thursday 12 February 2026: ten working days, with the five days of Tết and three weekends between."""
    page = site.as_(cast.applicant).open(f"/applications/{made(unit, cast, 'accepted')}").html
    assert "Thứ Năm, 05/03/2026" in page
    assert "Còn 10 ngày làm việc" in page
    assert page.count("Tết Nguyên đán") == 5
    assert "Số ngày nghỉ hằng tuần không tính: 6." in page
    assert "dự kiến trước hết ngày" in page
    assert "chưa được luật gia xác minh" in page


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        (datetime(2026, 2, 12, 15, 30, tzinfo=HANOI), "What is received after 15:00 counts as received"),
        (datetime(2026, 2, 14, 9, 0, tzinfo=HANOI), "That was no working day"),
    ],
)
def test_late_hours_and_days_off_are_explained(
    site: Site, unit: UnitOfWork, clock: FrozenClock, cast: Cast, accepted: datetime, said: str
) -> None:
    clock.at = accepted
    page = site.as_(cast.applicant).open(f"/en/applications/{made(unit, cast, 'accepted')}").html
    assert said in page
    assert "10 working days left" in page


def test_an_overdue_application_says_so(site: Site, unit: UnitOfWork, clock: FrozenClock, cast: Cast) -> None:
    application_id = made(unit, cast, "accepted")
    clock.at = datetime(2026, 3, 9, 9, 0, tzinfo=HANOI)
    assert "overdue by 2 working days" in site.as_(cast.applicant).open(f"/en/applications/{application_id}").html


def test_nobody_reads_the_decision_before_the_signed_document_is_there(
    site: Site, unit: UnitOfWork, cast: Cast
) -> None:
    """A grant and a refusal look the same until then."""
    shown = []
    for decide in (factories.a_grant, factories.a_refusal):
        with unit.begin(SYSTEM) as work:
            application_id = decide(work, cast).application_id
        page = site.as_(cast.applicant).open(f"/en/applications/{application_id}").html
        assert "The result is being signed and sealed" in page
        for word in ("refus", "Refus", "99 m", "grant", "Licence issued"):
            assert word not in page
        shown.append(page.count("timeline__item"))
    assert shown[0] == shown[1]


def test_a_withdrawn_application_shows_no_steps_to_come(site: Site, unit: UnitOfWork, cast: Cast) -> None:
    application_id = made(unit, cast, "accepted")
    with unit.begin(cast.applicant) as work:
        withdraw_application(work, application_id, "")
    page = site.as_(cast.applicant).open(f"/en/applications/{application_id}").html
    assert "You withdrew the application" in page
    assert "timeline__item--todo" not in page
    assert "/withdrawal" not in page


def test_fees_are_shown_as_expected_and_then_as_assessed(site: Site, unit: UnitOfWork, cast: Cast) -> None:
    page = site.as_(cast.applicant).open(f"/en/applications/{made(unit, cast, 'submitted')}").html
    assert "expected</span>" in page
    page = site.open(f"/en/applications/{made(unit, cast, 'accepted')}").html
    assert "expected</span>" not in page
    assert "₫" in page


def test_the_procedure_of_an_application_is_public(site: Site, unit: UnitOfWork, cast: Cast) -> None:
    page = site.open(f"/en/procedures/{KITES}")
    assert page.status == 200
    assert "Kite flying licence" in page.html
    assert site.open("/procedures/9.000009").status == 404
    assert site.open("/procedures/<script>").status == 404
