"""Procedures and the progress of an application in real browsers, on a phone and at a desk, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from licensing.demonstration.cast import APPLICANT_EMAIL, PROCEDURE
from licensing.demonstration.walk import Walk
from tests.browser.business import (
    go,
)
from tests.browser.visitor import House, Visitor
from tests.journeys.story import Story
from tests.journeys.test_refusal import REASON, refused
from tests.processes import wait_for

Visit = Callable[..., Visitor]


def reloaded(visitor: Visitor) -> Page:
    """The same page as it is now."""
    visitor.page.reload()
    return visitor.page


@pytest.fixture
def walk(house: House) -> Walk:
    return Walk(house.address, house.secrets, lambda line: None)


@pytest.mark.parametrize(("width", "language"), [(390, "vi"), (1280, "en"), (1280, "vi")])
def test_an_application_is_followed_from_the_filing_to_the_licence(
    visit: Visit, house: House, walk: Walk, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, login=APPLICANT_EMAIL)
    application_id = walk.apply()
    path = f"/applications/{application_id}"
    visitor.open(path)
    reference = walk.accept(application_id)
    visitor.open(path)
    assert reference in visitor.text()
    slip = f"a[href$='{application_id}/slip']"
    wait_for(lambda: reloaded(visitor).locator(slip).is_visible())
    address = visitor.page.get_attribute(slip, "href")
    assert visitor.context.request.get(f"{house.address}{address}").body().startswith(b"%PDF-")
    for details in visitor.page.locator("main details").all():
        details.locator("summary").click()
    visitor.look()
    visitor.open(f"{path}/receipt")
    assert visitor.page.locator(slip).is_visible()
    walk.examine(application_id)
    visitor.open(path)
    walk.decide(application_id)
    visitor.open(path)
    walk.sign_and_seal(application_id)
    outcome = walk.verify(application_id, reference)
    visitor.open(path)
    assert outcome.register_code in visitor.text()
    visitor.open("/applications")


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_returned_asks_for_an_act_and_may_be_withdrawn(visit: Visit, walk: Walk, width: int) -> None:
    visitor = visit(width=width, login=APPLICANT_EMAIL)
    application_id = walk.apply()
    reason = "Thiếu giấy chứng nhận sức khỏe của 02 người.\n<b>Bản thuyết minh</b> thiếu trang 3."
    walk.caller("tiepnhan").post(f"/v1/applications/{application_id}/return", {"reason": reason})
    visitor.open(f"/applications/{application_id}")
    assert visitor.page.locator(".band--amber .button").is_visible()
    assert "<b>Bản thuyết minh</b>" in visitor.text()
    visitor.page.locator(".band--amber .button").click()
    visitor.look()
    assert visitor.page.url.endswith("/check")
    visitor.open(f"/applications/{application_id}/withdrawal")
    go(visitor)
    assert visitor.page.locator(".notice--success").is_visible()


@pytest.mark.parametrize(("width", "language"), [(390, "vi"), (1280, "en")])
def test_a_refusal_says_why_what_can_be_done_and_gives_the_paper(
    visit: Visit, house: House, walk: Walk, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, login=APPLICANT_EMAIL)
    story = refused(Story(house.address, walk, house.secrets))
    story.until("it is closed", lambda: story.status == "closed")
    visitor.open(f"/applications/{story.id}")
    assert REASON in visitor.text()
    address = visitor.page.get_attribute(".band--red a.button", "href")
    assert visitor.context.request.get(f"{house.address}{address}").body().startswith(b"%PDF-")


def test_pages_of_procedures_are_for_everybody_and_set_no_cookie(visit: Visit) -> None:
    for width in (390, 1280):
        visitor = visit(width=width)
        visitor.open("/procedures")
        visitor.open(f"/procedures/{PROCEDURE}")
        visitor.page.click("main details summary")
        visitor.look()
        visitor.open("/procedures/9.999999", expect=404)
        assert visitor.cookies() == []
