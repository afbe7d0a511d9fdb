"""Papers beside an application in a browser: records of steps and refusals as images, and when what went out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from licensing.demonstration.cast import APPLICANT_EMAIL
from licensing.demonstration.walk import Outcome, Walk
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor
from tests.journeys.story import Story
from tests.journeys.test_refusal import decided

Visit = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
HANDED_OUT = {"vi": "Đã trả văn bản từ chối", "en": "Refusal handed out"}
BY_CLERK = {"vi": "văn thư cấp sau khi ký", "en": "given by the clerk after the signature"}
EMPTY = {"vi": "các chỗ này trên văn bản còn để trống", "en": "their places on the document are empty"}
PUBLISHED = {"vi": "Đã công bố và trả giấy phép", "en": "Licence published and handed out"}


@pytest.fixture(scope="module")
def decision(house: House) -> Story:
    """An application that was inspected and refused; its paper waits for the signature."""
    return decided(Story(house.address, Walk(house.address, house.secrets, lambda line: None), house.secrets))


@pytest.fixture(scope="module")
def refusal(decision: Story) -> str:
    """The same with its paper handed out."""
    if decision.status != "closed":
        decision.sign(decision.to_sign())
        decision.seal(decision.to_seal())
        decision.until("it is closed", lambda: decision.status == "closed")
    return decision.id


def test_the_clerk_numbers_a_refusal_that_the_official_signed_with_empty_places(visit: Visit, decision: Story) -> None:
    document = decision.to_sign()
    for width, language in ((390, "en"), (1280, "vi")):
        approver = visit(width=width, language=language, login="lanhdao")
        approver.open("/desk/signing")
        assert BY_CLERK[language] in approver.text()
        approver.open(f"/desk/signing/view?document={document['id']}")
        assert EMPTY[language] in approver.text()
    decision.sign(document)
    document = decision.to_seal()
    for width, language in ((390, "vi"), (1280, "en")):
        clerk = visit(width=width, language=language, login="vanthu")
        clerk.open(f"/desk/sealing/view?document={document['id']}")
        assert EMPTY[language] in clerk.text()
    decision.seal(document)
    decision.until("it is closed", lambda: decision.status == "closed")
    (paper,) = decision.applicant.get(f"{decision.path}/papers")
    clerk = visit(login="vanthu")
    clerk.open("/desk/registers")
    clerk.page.locator("main a[href*='/registers/']").first.click()
    assert paper["number"] in clerk.text()
    clerk.look()


def drawn(image: Locator) -> int:
    """How wide the image is by itself, once it came; it keeps its place until then."""
    assert (image.get_attribute("width"), image.get_attribute("height")) == ("1240", "1754")
    image.scroll_into_view_if_needed()
    return int(image.evaluate("async (image) => { await image.decode(); return image.naturalWidth }"))


@SCREENS
def test_officials_see_records_and_the_refusal_and_when_it_went_out(
    visit: Visit, refusal: str, width: int, language: str
) -> None:
    officer = visit(width=width, language=language, login="thamdinh")
    officer.open(f"/desk/applications/{refusal}")
    assert HANDED_OUT[language] in officer.text()
    images = officer.page.locator("main a.first-page img[loading=lazy]")
    assert [drawn(images.nth(number)) > 800 for number in range(images.count())] == [True, True]
    officer.look()
    for place in ("papers", "records"):
        officer.page.goto(officer.address(f"/desk/applications/{refusal}"))
        officer.page.locator(f"main a.first-page[href*='/{place}/']").click()
        assert drawn(officer.page.locator("img.page-image").first) > 800
        officer.look()
        with officer.page.expect_download() as saved:
            officer.page.locator("a[href$='/file']").click()
        assert saved.value.suggested_filename.endswith(".pdf")


@SCREENS
def test_the_applicant_sees_the_refusal_before_it_is_saved(
    visit: Visit, refusal: str, width: int, language: str
) -> None:
    applicant = visit(width=width, language=language, login=APPLICANT_EMAIL)
    applicant.open(f"/applications/{refusal}")
    assert drawn(applicant.page.locator("main a.first-page img[loading=lazy]")) > 800
    applicant.look()


@LANGUAGES
def test_the_history_says_when_a_licence_was_published(visit: Visit, licence: Outcome, language: str) -> None:
    officer = visit(language=language, login="thamdinh")
    officer.open(f"/desk/applications/{licence.application_id}")
    assert PUBLISHED[language] in officer.text()
    assert officer.page.locator(f"main a[href$='/l/{licence.register_code}']").count() == 1
    applicant = visit(language=language, login=APPLICANT_EMAIL)
    applicant.open(f"/applications/{licence.application_id}")
    assert applicant.text().count(licence.document_number) == 2
