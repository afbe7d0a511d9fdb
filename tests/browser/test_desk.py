"""The desk in a browser: receiving, examining, recommending, deciding, by keyboard too, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from licensing.demonstration.sheet import blank_sheet
from licensing.demonstration.walk import Walk
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor

Visit = Callable[..., Visitor]
WIDTHS = pytest.mark.parametrize("width", [390, 1280])
SENT = "form[action$='/{}'] button[type=submit]"


@pytest.fixture(scope="module")
def walk(house: House) -> Walk:
    """What goes before, over the API."""
    return Walk(house.address, house.secrets, lambda line: None)


def page_of(application_id: str) -> str:
    return f"/desk/applications/{application_id}"


def press(visitor: Visitor, act: str) -> None:
    """Send the form of an act."""
    visitor.page.locator(SENT.format(act)).first.click()


@SCREENS
def test_reception_finds_accepts_and_hands_over(visit: Visit, walk: Walk, width: int, language: str) -> None:
    application_id = walk.apply()
    reception = visit(width=width, language=language, login="tiepnhan")
    reception.open("/desk")
    height = reception.page.evaluate("document.querySelector('.worklist tbody tr').getBoundingClientRect().height")
    assert width < 500 or height * 25 <= 900  # so many rows fit on a screen
    reception.open("/desk?show=overdue")
    reception.open("/desk?q=%3Cb%3Ekh%C3%B4ng+c%C3%B3%3C/b%3E")
    assert "<b>không có</b>" in reception.text()
    reception.open(page_of(application_id))
    reception.page.locator("details:has(form[action$='/return']) summary").click()
    press(reception, "return")
    reception.look(refused=True)
    press(reception, "acceptance")
    reception.look()
    press(reception, "claim")
    press(reception, "completion")
    reception.look()
    reception.open(page_of("0" * 8 + "-0000-4000-8000-" + "0" * 12), expect=404)


def judge_documents(officer: Visitor) -> None:
    """From the first document on, each verdict leads to the next."""
    officer.page.locator("section[aria-labelledby=documents] h3 a").first.click()
    officer.page.locator(".verdict summary").click()
    officer.page.click("button[value=rejected]")
    officer.look(refused=True)
    for _ in range(4):
        officer.page.click("button[value=accepted]")
    officer.look()


def broken_words(visitor: Visitor) -> list[str]:
    """Words in the band of the state that stand on two lines."""
    found: list[str] = visitor.page.evaluate(
        """() => [...document.querySelectorAll('.band--desk span')].flatMap(part =>
          [...part.firstChild.data.matchAll(/\\S+/g)].filter(word => {
            const range = document.createRange()
            range.setStart(part.firstChild, word.index)
            range.setEnd(part.firstChild, word.index + word[0].length)
            return range.getClientRects().length > 1
          }).map(word => word[0]))"""
    )
    return found


@SCREENS
def test_an_officer_examines_and_recommends(visit: Visit, walk: Walk, width: int, language: str) -> None:
    application_id = walk.apply()
    walk.accept(application_id)
    officer = visit(width=width, language=language, login="thamdinh")
    officer.open(page_of(application_id))
    press(officer, "claim")
    officer.look()
    press(officer, "completion")  # nothing chosen
    officer.look(refused=True)
    judge_documents(officer)
    assert officer.page.url.endswith(f"{page_of(application_id)}#documents")
    officer.page.check("input[value=pass]")
    press(officer, "completion")
    press(officer, "claim")
    press(officer, "completion")  # the day is announced
    press(officer, "claim")
    officer.look()
    record: FilePayload = {"name": "biên bản <b>.pdf", "mimeType": "application/pdf", "buffer": blank_sheet("record")}
    officer.page.check("input[value=passed]")
    press(officer, "completion")  # without its record
    officer.look(refused=True)
    officer.page.set_input_files("#record-record", files=[record])
    press(officer, "record")
    officer.page.check("input[value=passed]")
    press(officer, "completion")
    officer.look()
    for narrow in (390, 360, 320):
        phone = visit(width=narrow, language="en", login="thamdinh")
        phone.open(page_of(application_id))
        assert "Draft the recommendation" in phone.page.inner_text(".band--desk")
        assert broken_words(phone) == []
    officer.page.check("input[value=refused]")
    officer.page.fill("#recommend-reason", "Chưa <b>đạt</b>")
    press(officer, "recommendation")
    officer.look(refused=True)
    assert officer.page.input_value("#recommend-reason") == "Chưa <b>đạt</b>"
    officer.page.check("#recommend-grounds")
    press(officer, "recommendation")
    officer.look()
    assert "Chưa <b>đạt</b>" in officer.text()


@WIDTHS
def test_the_head_agrees_and_the_approver_refuses_or_sends_back(visit: Visit, walk: Walk, width: int) -> None:
    application_id = walk.apply()
    walk.accept(application_id)
    walk.examine(application_id)
    approver = visit(width=width, login="lanhdao")
    approver.open("/desk")
    approver.open(page_of(application_id))
    press(approver, "decision")
    approver.look(refused=True)
    approver.page.check("input[value=back]")
    approver.page.fill("#decide-reason", "Bổ sung căn cứ.")
    press(approver, "decision")
    approver.look()
    officer = visit(width=width, login="thamdinh")
    officer.open(page_of(application_id))
    officer.page.check("input[value=granted]")
    officer.page.fill("#recommend-reason", "Đã bổ sung.")
    press(officer, "recommendation")
    head = visit(width=width, login="truongphong", scripts=False)
    head.open(page_of(application_id))
    press(head, "claim")
    head.look()
    head.page.check("input[value=agree]")
    press(head, "completion")
    approver.open(page_of(application_id))
    approver.page.locator("section[aria-labelledby=holds] summary").click()
    approver.page.fill("#hold-reason", "Có đơn khiếu nại.")
    press(approver, "holds")
    approver.look()
    approver.page.check("input[value=refused]")
    approver.page.fill("#decide-reason", "Không đạt.")
    approver.page.locator("details:has(#decide-grounds) summary").click()
    approver.page.check("#decide-grounds")
    press(approver, "decision")
    approver.look()


@WIDTHS
def test_two_officers_on_one_application(visit: Visit, walk: Walk, width: int) -> None:
    application_id = walk.apply()
    walk.accept(application_id)
    first = visit(width=width, login="thamdinh")
    second = visit(width=width, login="truongphong")  # may examine too
    first.open(page_of(application_id))
    second.open(page_of(application_id))
    press(first, "claim")
    press(second, "claim")
    second.look(refused=True)
    assert "Trần Văn Thử đang xử lý bước này." in second.text()
    assert second.page.locator(SENT.format("claim")).count() == 0


@WIDTHS
def test_a_double_click_is_told_kindly(visit: Visit, walk: Walk, width: int) -> None:
    application_id = walk.apply()
    reception = visit(width=width, login="tiepnhan")
    reception.open(page_of(application_id))
    reception.page.locator(SENT.format("acceptance")).dblclick()
    expect(reception.page.locator("form[action$='/acceptance']")).to_have_count(0)
    reception.look(refused=True)
    reception.page.go_back()
    reception.page.wait_for_load_state()
    assert reception.page.url.endswith(page_of(application_id))


def test_examining_by_keyboard_alone(visit: Visit, walk: Walk) -> None:
    application_id = walk.apply()
    walk.accept(application_id)
    officer = visit(login="thamdinh")
    officer.open("/desk")
    go_to(officer, f"a[href='{page_of(application_id)}']")
    officer.page.keyboard.press("Enter")
    expect(officer.page.locator("h1.reference")).to_be_visible()
    go_to(officer, SENT.format("claim"))
    officer.page.keyboard.press("Enter")
    expect(officer.page.locator("#complete-action")).to_be_visible()
    go_to(officer, "button[value=accepted]")
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Space")
    expect(officer.page.locator("#documents")).to_be_in_viewport()
    go_to(officer, "#complete-action")
    officer.page.keyboard.press("Space")
    go_to(officer, SENT.format("completion"))
    officer.page.keyboard.press("Enter")
    expect(officer.page.locator(".notice--success")).to_be_visible()


def go_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until the first such element has the focus, and see that one sees where it is."""
    for _ in range(120):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("s => document.activeElement === document.querySelector(s)", selector):
            outline = visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none" or "radio" in visitor.page.evaluate("document.activeElement.type || ''")
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_the_whole_desk_works_without_scripts(visit: Visit, walk: Walk) -> None:
    application_id = walk.apply()
    reception = visit(login="tiepnhan", scripts=False)
    reception.open(page_of(application_id))
    for act in ("acceptance", "claim", "completion"):
        press(reception, act)
    officer = visit(login="thamdinh", scripts=False)
    officer.open("/desk")
    officer.page.fill("#q", "Ví Dụ")
    officer.page.click("form[role=search] button")
    officer.open(page_of(application_id))
    press(officer, "claim")
    for _ in range(4):
        officer.page.locator(".document button[value=accepted]:visible").first.click()
    officer.page.check("input[value=pass]")
    press(officer, "completion")
    officer.look()


def test_an_ended_session_keeps_what_was_typed(visit: Visit, walk: Walk) -> None:
    application_id = walk.apply()
    reception = visit(login="tiepnhan")
    reception.open(page_of(application_id))
    reception.page.locator("details:has(form[action$='/return']) summary").click()
    reception.page.fill("#return-reason", "Thiếu giấy khám sức khỏe.")
    reception.outlive_session()
    press(reception, "return")
    reception.look(refused=True)
    assert "Thiếu giấy khám sức khỏe." in reception.page.content()
    reception.sign_in("tiepnhan")
    reception.page.click("main form button")
    assert reception.page.url.endswith(application_id)
    reception.look()
    assert "Đã trả lại hồ sơ cho người nộp." in reception.text()
