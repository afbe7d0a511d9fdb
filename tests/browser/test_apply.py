"""Applying and following in real browsers: on a phone without scripts, at a desk with them, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from licensing.demonstration.cast import APPLICANT_EMAIL, PROCEDURE
from licensing.demonstration.sheet import blank_sheet
from licensing.demonstration.walk import ANSWERS, DOCUMENTS, Walk
from tests.browser.visitor import House, Visitor
from tests.journeys.story import Story
from tests.journeys.test_refusal import REASON, refused

Visit = Callable[..., Visitor]
ELIGIBLE = {"registered": "yes"}
QUESTIONS = (
    "registered",
    "small_scale",
    "street_food",
    "prepackaged_only",
    "hotel_restaurant",
    "international_standard",
)
PAGES = ("establishment", "owner", "business", "people")
HOSTILE = '<script>alert(1)</script> #eval("1") $x$'


@pytest.fixture
def walk(house: House) -> Walk:
    return Walk(house.address, house.secrets, lambda line: None)


def go(visitor: Visitor) -> None:
    """The main button of a form, and a look at where it leads."""
    visitor.page.locator("main form .button[type=submit]").first.click()
    visitor.look()


def fill(page: Page, **changed: Any) -> None:
    """Whatever fields of the form this page has."""
    for name, answer in {**ANSWERS, **changed}.items():
        fields = page.locator(f"main [name={name}]")
        if fields.count() == 0 or not fields.first.is_visible():
            continue
        kind = fields.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.check(f"main [name={name}][value={'true' if answer is True else answer}]")
        else:
            text = "\n".join(answer) if isinstance(answer, list) else str(answer)
            fields.first.fill(text)


def begin(visitor: Visitor) -> str:
    """From the front page to a draft whose questions are answered; its id."""
    visitor.open("/procedures")
    visitor.page.click("main h3 a")
    visitor.look()
    visitor.page.locator("main .button").first.click()
    visitor.look()
    visitor.page.check("[name=kind][value=new]")
    visitor.page.locator("[name=applicant]").first.check()
    go(visitor)
    draft = visitor.page.url.split("/applications/")[1].split("/")[0]
    for question in QUESTIONS:
        visitor.page.check(f"[name={question}][value={ELIGIBLE.get(question, 'no')}]")
    go(visitor)
    return draft


def fill_in(visitor: Visitor) -> None:
    """All pages of the form, to the documents."""
    for page in PAGES:
        assert visitor.page.url.endswith(f"/form/{page}")
        fill(visitor.page)
        go(visitor)
    assert visitor.page.url.endswith("/documents")


def supply(visitor: Visitor, folder: Path) -> None:
    """A file for each document."""
    for document in DOCUMENTS:
        path = folder / f"{document}.pdf"
        path.write_bytes(blank_sheet(document))
        visitor.page.set_input_files(f"#file-{document}", path)
        visitor.page.click(f"section#{document} form[enctype] button")
        visitor.page.wait_for_selector(f"section#{document} .receipts li")
    visitor.look()
    assert visitor.page.locator(".receipts .mono").count() == len(DOCUMENTS)
    address = visitor.page.get_attribute(".receipts a", "href")
    assert visitor.context.request.get(f"{visitor.house.address}{address}").body() == blank_sheet(DOCUMENTS[0])


def hand_in(visitor: Visitor) -> None:
    """Check, declare, submit."""
    visitor.page.locator("main .buttons a.button").click()
    visitor.look()
    go_refused(visitor)
    visitor.page.check("[name=declaration]")
    go(visitor)
    assert visitor.page.url.endswith("/receipt")


def go_refused(visitor: Visitor) -> None:
    """Send a form that is not right yet; the page comes again with its errors."""
    visitor.page.locator("main form .button[type=submit]").first.click()
    visitor.page.wait_for_selector("#error-summary")
    visitor.look(refused=True)


@pytest.mark.parametrize(
    ("width", "scripts", "language"), [(390, False, "vi"), (1280, True, "en"), (390, True, "vi"), (1280, False, "vi")]
)
def test_a_business_applies(visit: Visit, tmp_path: Path, width: int, scripts: bool, language: str) -> None:
    visitor = visit(width=width, scripts=scripts, language=language, login=APPLICANT_EMAIL)
    draft = begin(visitor)
    fill_in(visitor)
    supply(visitor, tmp_path)
    hand_in(visitor)
    assert visitor.page.locator("main .mono").count() == 1 + len(DOCUMENTS)
    visitor.page.locator("main .buttons a.button").click()
    visitor.look()
    assert visitor.page.url.endswith(f"/applications/{draft}")
    visitor.open("/applications")
    assert draft in visitor.page.inner_html("main")


@pytest.mark.parametrize("width", [390, 1280])
def test_errors_stand_in_their_places_and_what_was_typed_stays(visit: Visit, tmp_path: Path, width: int) -> None:
    visitor = visit(width=width, login=APPLICANT_EMAIL)
    visitor.open(f"/procedures/{PROCEDURE}/apply")
    go_refused(visitor)
    draft = begin(visitor)
    fill(visitor.page, business_registration_date="31/02/2020", head_office="x", establishment_name=HOSTILE)
    go_refused(visitor)
    page = visitor.page
    assert page.locator(".govuk-error-summary__list a").count() == 2
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.click(".govuk-error-summary__list a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "business_registration_date"
    assert page.input_value("[name=establishment_name]") == HOSTILE
    assert page.input_value("[name=business_registration_date]") == "31/02/2020"
    visitor.page.click("header a[hreflang=en]")
    assert page.input_value("[name=establishment_name]") == HOSTILE  # it was kept, wrong as it is
    visitor.look()
    visitor.open(f"/applications/{draft}/check")
    assert "<script>" in visitor.text()
    visitor.open(f"/applications/{draft}")
    visitor.open(f"/applications/{draft}/questions")
    page.check("[name=street_food][value=yes]")
    go(visitor)
    assert page.locator("#advice").is_visible()


def test_files_that_will_not_do_are_said_at_their_document(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(width=390, login=APPLICANT_EMAIL)
    draft = begin(visitor)
    visitor.open(f"/applications/{draft}/documents")
    visitor.page.click("section#premises form[enctype] button")
    visitor.page.wait_for_selector("#file-premises-error")
    visitor.look(refused=True)
    program = tmp_path / "bản vẽ.pdf"
    program.write_bytes(b"MZ program")
    visitor.page.set_input_files("#file-premises", program)
    visitor.page.click("section#premises form[enctype] button")
    visitor.page.wait_for_selector("#error-summary")
    visitor.look(refused=True)
    hostile = tmp_path / "<img src=x onerror=alert(1)>.pdf"
    hostile.write_bytes(blank_sheet("x"))
    visitor.page.set_input_files("#file-premises", hostile)
    visitor.page.click("section#premises form[enctype] button")
    visitor.page.wait_for_selector("section#premises .receipts li")
    visitor.look()
    assert "<img src=x onerror=alert(1)>.pdf" in visitor.text()
    visitor.page.click("section#premises .receipts button")
    visitor.page.wait_for_selector("section#premises .receipts", state="detached")


def test_a_file_above_the_limit_gets_an_answer_not_a_broken_connection(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(login=APPLICANT_EMAIL)
    draft = begin(visitor)
    visitor.open(f"/applications/{draft}/documents")
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-" + b"0" * 26_000_000)
    visitor.page.set_input_files("#file-premises", large)
    visitor.page.click("section#premises form[enctype] button")
    visitor.page.wait_for_selector("#file-premises-error")
    visitor.look(refused=True)


def test_one_goes_on_where_one_stopped_and_a_stale_tab_shows_both_versions(visit: Visit) -> None:
    visitor = visit(width=390, login=APPLICANT_EMAIL)
    draft = begin(visitor)
    fill(visitor.page)
    visitor.page.click("button[value=later]")
    visitor.look()
    visitor.page.locator(".band .button").click()
    assert visitor.page.url.endswith("/form/owner")
    other = visitor.context.new_page()
    other.goto(visitor.page.url)
    fill(other, owner_name="Tên Ở Thẻ Khác")
    other.locator("main form .button").first.click()
    fill(visitor.page)
    visitor.page.locator("main form .button").first.click()
    visitor.page.wait_for_selector("main table")
    visitor.look(refused=True)
    assert "Tên Ở Thẻ Khác" in visitor.text()
    assert str(ANSWERS["owner_name"]) in visitor.text()
    go(visitor)
    visitor.open(f"/applications/{draft}/form/owner")
    assert visitor.page.input_value("[name=owner_name]") == ANSWERS["owner_name"]


def test_what_only_some_answers_ask_for_is_hidden_by_a_script_only(visit: Visit) -> None:
    visitor = visit(login=APPLICANT_EMAIL)
    draft = begin(visitor)
    visitor.open(f"/applications/{draft}/form/business")
    assert not visitor.page.is_visible("[name=portions]")
    visitor.page.check("[name=establishment_kind][value=catering]")
    assert visitor.page.is_visible("[name=portions]")
    plain = visit(scripts=False, login=APPLICANT_EMAIL)
    plain.open(f"/applications/{draft}/form/business")
    assert plain.page.is_visible("[name=portions]")


def test_a_double_click_on_submit_shows_the_receipt(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(login=APPLICANT_EMAIL)
    begin(visitor)
    fill_in(visitor)
    supply(visitor, tmp_path)
    visitor.page.locator("main .buttons a.button").click()
    visitor.page.check("[name=declaration]")
    visitor.page.locator("main form .button").last.dblclick()
    visitor.page.wait_for_url("**/receipt")
    visitor.look()
    visitor.page.go_back()
    visitor.page.reload()
    visitor.look()
    assert "/check" not in visitor.page.url


def test_applying_by_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(login=APPLICANT_EMAIL)
    page = visitor.page
    visitor.open(f"/procedures/{PROCEDURE}/apply")
    keys(page, "[name=kind]", "Space")
    keys(page, "[name=applicant]", "Space")
    keys(page, "main form .button", "Enter")
    for question in QUESTIONS:
        keys(page, f"[name={question}]", "Space" if question == "registered" else "ArrowDown")
    keys(page, "main form .button", "Enter")
    page.wait_for_url(f"**/form/{PAGES[0]}")
    for number, _ in enumerate(PAGES):
        type_in(page)
        keys(page, "main form .button", "Enter")
        page.wait_for_url("**/documents" if number == len(PAGES) - 1 else f"**/form/{PAGES[number + 1]}")
    for document in DOCUMENTS:
        path = tmp_path / f"{document}.pdf"
        path.write_bytes(blank_sheet(document))
        with page.expect_file_chooser() as chooser:
            keys(page, f"#file-{document}", "Enter")
        chooser.value.set_files(path)
        keys(page, f"section#{document} form[enctype] button", "Enter")
        page.wait_for_selector(f"section#{document} .receipts li")
    keys(page, "main .buttons a.button", "Enter")
    keys(page, "[name=declaration]", "Space")
    keys(page, "main form .button", "Enter")
    page.wait_for_url("**/receipt")
    visitor.look()


def keys(page: Page, selector: str, key: str) -> None:
    """Tab until the focus is on the element, then press the key."""
    page.wait_for_selector(selector, state="attached")
    for _ in range(150):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never comes to {selector}")


def type_in(page: Page) -> None:
    """Everything that this page asks for, by keys only."""
    names = page.evaluate("[...new Set([...document.querySelectorAll('main [name]')].map(e => e.name))]")
    for name in names:
        if name in ("csrf_token", "version", "then", "from", "portions", "previous_number"):
            continue
        answer = ANSWERS[name]
        if page.locator(f"main [name={name}]").first.get_attribute("type") == "radio":
            keys(page, f"[name={name}]", "Space")
            continue
        keys(page, f"[name={name}]", "End")
        page.keyboard.type("\n".join(answer) if isinstance(answer, list) else str(answer))


@pytest.mark.parametrize(("width", "language"), [(390, "vi"), (1280, "en"), (1280, "vi")])
def test_an_application_is_followed_from_the_filing_to_the_licence(
    visit: Visit, walk: Walk, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, login=APPLICANT_EMAIL)
    application_id = walk.apply()
    path = f"/applications/{application_id}"
    visitor.open(path)
    reference = walk.accept(application_id)
    visitor.open(path)
    assert reference in visitor.text()
    for details in visitor.page.locator("main details").all():
        details.locator("summary").click()
    visitor.look()
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
