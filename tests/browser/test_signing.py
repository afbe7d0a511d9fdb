"""View and sign, view and seal, in a browser: nothing unseen is signed, nothing is signed twice, no PIN is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from licensing.demonstration.walk import Walk
from tests.browser.screens import SCREENS
from tests.browser.test_desk import go_to
from tests.browser.visitor import House, Visitor

Visit = Callable[..., Visitor]
Document = dict[str, Any]
SIGN = "main form[action$='/sign'] button[type=submit]"
NOTHING_TO_SEAL = {"vi": "Chưa có văn bản nào để đóng dấu", "en": "Nothing to seal yet"}
TICKED = "form[action$='/selections'] button:not([name=all])"


@pytest.fixture(scope="module")
def walk(house: House) -> Walk:
    """What goes before, over the API."""
    return Walk(house.address, house.secrets, lambda line: None)


def code_of(document: Document) -> str:
    return str(document["summary"].rpartition(" ")[2])


def a_prepared(walk: Walk) -> Document:
    """A licence that was granted and waits for its signature."""
    application_id = walk.apply()
    walk.accept(application_id)
    walk.examine(application_id)
    walk.decide(application_id)
    code = walk._until("prepared", lambda: walk.licence_of(application_id))["register_code"]
    return walk._until("on record", lambda: walk.waiting_document(code, "lanhdao", "filed"))


def signed(walk: Walk, document: Document) -> Document:
    """The document once it waits for the seal."""
    return walk._until("signed", lambda: walk.waiting_document(code_of(document), "vanthu", "signed"))


def tick(visitor: Visitor, *documents: Document) -> None:
    for document in documents:
        visitor.page.check(f"#tick-{document['id']}")
    visitor.page.click(TICKED)
    visitor.page.wait_for_load_state()  # of the page that the ticks lead to


def look_at(visitor: Visitor) -> None:
    """The document on screen: its image is there, and one goes on."""
    if visitor.scripts:
        image = visitor.page.locator("img.page-image").first
        assert image.evaluate("async (i) => { await i.decode(); return i.naturalWidth }") > 800
    visitor.look()
    visitor.page.click("form[action*='/view'] button")


def sign_with(visitor: Visitor, pin: str) -> None:
    visitor.page.fill("#pin", pin)
    visitor.page.click(SIGN)


@SCREENS
def test_two_are_viewed_signed_and_sealed(visit: Visit, walk: Walk, width: int, language: str) -> None:
    documents = [a_prepared(walk), a_prepared(walk)]
    approver = visit(width=width, language=language, login="lanhdao")
    approver.open("/desk/signing")
    approver.page.click(TICKED)  # nothing ticked
    approver.look(refused=True)
    approver.open("/desk/signing")
    tick(approver, *documents)
    assert documents[0]["document_sha256"] in approver.page.content()
    look_at(approver)
    look_at(approver)
    sign_with(approver, "000000")
    approver.look(refused=True)
    assert "000000" not in approver.page.content()
    assert approver.page.input_value("#pin") == ""
    sign_with(approver, approver.house.secrets.pin)
    expect(approver.page.locator("tbody .tag--green")).to_have_count(2, timeout=30_000)
    approver.look()
    approver.page.go_back()  # says that they are signed, instead of asking for the PIN
    expect(approver.page.locator("tbody .tag--green")).to_have_count(2, timeout=30_000)
    approver.open("/desk/signing")
    clerk = visit(width=width, language=language, login="vanthu")
    assert [signed(walk, document)["state"] for document in documents] == ["signed", "signed"]
    clerk.open(f"/desk/sealing/sign?document={documents[0]['id']}")  # nothing looked at
    assert clerk.page.inner_text("h1") == NOTHING_TO_SEAL[language]
    clerk.open("/desk/sealing")
    tick(clerk, *documents)
    look_at(clerk)
    look_at(clerk)
    clerk.look()
    clerk.page.click(SIGN)
    expect(clerk.page.locator("tbody .tag--green")).to_have_count(2, timeout=60_000)
    clerk.look()


def test_an_unseen_document_is_not_signed(visit: Visit, walk: Walk) -> None:
    document = a_prepared(walk)
    approver = visit(login="lanhdao")
    approver.open(f"/desk/signing/sign?document={document['id']}")
    assert approver.page.locator("#pin").count() == 0
    assert "Chưa xem" in approver.text()
    assert approver.page.inner_text("h1") == "Chưa có văn bản nào để ký"
    other = a_prepared(walk)
    approver.open(f"/desk/signing/view?document={other['id']}")
    look_at(approver)
    approver.page.locator("#pin").wait_for()  # on the page with the form
    approver.page.evaluate(  # somebody who writes another document into the form
        "id => { document.querySelector('main form [name=shown]').value = id }", document["id"]
    )
    sign_with(approver, approver.house.secrets.pin)
    approver.look()
    assert "Bạn chưa xem văn bản này." in approver.text()
    assert walk.waiting_document(code_of(document), "lanhdao", "filed") is not None


def test_a_double_click_signs_once(visit: Visit, walk: Walk) -> None:
    document = a_prepared(walk)
    approver = visit(login="lanhdao")
    approver.open(f"/desk/signing/view?document={document['id']}")
    look_at(approver)
    approver.page.fill("#pin", approver.house.secrets.pin)
    approver.page.locator(SIGN).dblclick()
    expect(approver.page.locator("tbody .tag--green")).to_have_count(1, timeout=30_000)
    approver.look()
    approver.open(f"/desk/signing/view?document={document['id']}")  # an old link
    assert "/results" in approver.page.url
    assert approver.page.locator(".notice--error").count() == 0


def test_signing_by_keyboard_alone(visit: Visit, walk: Walk) -> None:
    document = a_prepared(walk)
    approver = visit(login="lanhdao")
    approver.open("/desk/signing")
    go_to(approver, f"#tick-{document['id']}")
    approver.page.keyboard.press("Space")
    go_to(approver, TICKED)
    approver.page.keyboard.press("Enter")
    expect(approver.page.locator("img.page-image").first).to_be_visible()
    go_to(approver, "form[action*='/view'] button")
    approver.page.keyboard.press("Enter")
    expect(approver.page.locator("#pin")).to_be_visible()
    go_to(approver, "#pin")
    approver.page.keyboard.type(approver.house.secrets.pin)
    approver.page.keyboard.press("Enter")
    expect(approver.page.locator("tbody .tag--green")).to_have_count(1, timeout=30_000)


def test_signing_and_sealing_without_scripts(visit: Visit, walk: Walk) -> None:
    document = a_prepared(walk)
    approver = visit(login="lanhdao", scripts=False)
    approver.open("/desk/signing")
    tick(approver, document)
    look_at(approver)
    sign_with(approver, approver.house.secrets.pin)
    expect(approver.page.locator("tbody .tag--green")).to_have_count(1, timeout=30_000)
    signed(walk, document)
    clerk = visit(login="vanthu", scripts=False)
    clerk.open("/desk/sealing")
    tick(clerk, document)
    look_at(clerk)
    clerk.page.click(SIGN)
    expect(clerk.page.locator("tbody .tag--green")).to_have_count(1, timeout=60_000)  # asks again by itself


@pytest.mark.parametrize("width", [390, 1280])
def test_one_is_returned_with_a_reason_and_the_other_stays_ticked(visit: Visit, walk: Walk, width: int) -> None:
    documents = [a_prepared(walk), a_prepared(walk)]
    approver = visit(width=width, login="lanhdao")
    approver.open("/desk/signing")
    tick(approver, *documents)
    send = "form[action*='/return/'] button"
    back = str(approver.page.get_attribute("main .facts a", "href"))
    approver.page.click("summary:has-text('Không ký')")
    approver.page.click(send)
    approver.look(refused=True)
    approver.page.fill("#reason", "Sai địa chỉ <b>cơ sở</b>.")
    approver.page.click(send)
    assert "Đã trả lại" in approver.text()
    look_at(approver)
    approver.look()
    assert approver.page.locator("h1").inner_text() == "Ký 1 văn bản"
    officer = visit(width=width, login="thamdinh")
    officer.open(back)
    assert "Sai địa chỉ <b>cơ sở</b>." in officer.text()
    officer.look()
