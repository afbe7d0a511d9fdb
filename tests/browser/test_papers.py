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
from tests.journeys.test_refusal import refused

Visit = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
HANDED_OUT = {"vi": "Đã trả văn bản từ chối", "en": "Refusal handed out"}
PUBLISHED = {"vi": "Đã công bố và trả giấy phép", "en": "Licence published and handed out"}


@pytest.fixture(scope="module")
def refusal(house: House) -> str:
    """An application that was inspected and refused; its paper is handed out."""
    story = Story(house.address, Walk(house.address, house.secrets, lambda line: None), house.secrets)
    refused(story)
    story.until("it is closed", lambda: story.status == "closed")
    return story.id


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
