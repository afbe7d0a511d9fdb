"""Applying in real browsers: on a phone without scripts, at a desk with them, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from licensing.demonstration.cast import APPLICANT_EMAIL, PROCEDURE
from licensing.demonstration.sheet import blank_sheet
from licensing.demonstration.walk import ANSWERS, DOCUMENTS, Outcome
from tests.browser.business import (
    HOSTILE,
    PAGES,
    QUESTIONS,
    begin,
    fill,
    fill_in,
    go,
    go_refused,
    hand_in,
    keys,
    supply,
    type_in,
)
from tests.browser.visitor import Visitor
from tests.processes import wait_for

Visit = Callable[..., Visitor]


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


@pytest.mark.parametrize(("width", "language"), [(390, "vi"), (1280, "en")])
def test_the_signatures_in_a_file_are_told_beside_it(
    visit: Visit, tmp_path: Path, licence: Outcome, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, login=APPLICANT_EMAIL)
    draft = begin(visitor)
    signed = tmp_path / "giay-phep-cu.pdf"
    signed.write_bytes(licence.pdf)
    visitor.open(f"/applications/{draft}/documents")
    visitor.page.set_input_files("#file-premises", signed)
    visitor.page.click("section#premises form[enctype] button")
    visitor.page.wait_for_selector("section#premises .receipts li")

    def told() -> bool:
        visitor.page.goto(visitor.address(f"/applications/{draft}/documents"))
        return visitor.page.locator("section#premises .signed .tag--green").count() == 1

    wait_for(told)
    visitor.look()
    assert visitor.page.locator("section#premises .signed strong").count() == 2
