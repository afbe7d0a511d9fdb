"""The desk by keyboard: a list of the keys, rows, the search, the next application; never while somebody types."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from licensing.demonstration.walk import Walk
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor

Visit = Callable[..., Visitor]
ROW = ".worklist tbody th a"


@pytest.fixture(scope="module")
def several(house: House) -> list[str]:
    """Applications that wait for the reception."""
    walk = Walk(house.address, house.secrets, lambda line: None)
    return [walk.apply() for _ in range(3)]


@SCREENS
def test_the_list_of_keys_opens_closes_and_gives_the_focus_back(
    visit: Visit, several: list[str], width: int, language: str
) -> None:
    reception = visit(width=width, language=language, login="tiepnhan")
    reception.open("/desk")
    page, dialog = reception.page, reception.page.locator("dialog.shortcuts")
    page.locator(ROW).first.focus()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    reception.look()
    page.keyboard.press("n")  # no key acts behind it
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(ROW).first).to_be_focused()
    page.locator(".shortcuts-open button").click()
    expect(dialog).to_be_visible()
    dialog.locator("form button").click()
    expect(page.locator(".shortcuts-open button")).to_be_focused()


def test_rows_search_and_next_go_by_keys(visit: Visit, several: list[str]) -> None:
    reception = visit(login="tiepnhan")
    reception.open("/desk")
    page = reception.page
    for key, row in [("j", 0), ("j", 1), ("j", 2), ("k", 1)]:
        page.keyboard.press(key)
        expect(page.locator(ROW).nth(row)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jkn?/g")
    assert page.input_value("#q") == "jkn?/g"
    expect(page.locator("dialog.shortcuts")).to_be_hidden()
    page.locator(ROW).nth(1).focus()
    behind = page.locator(ROW).nth(2).get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/applications/"))
    reception.look()
    page.keyboard.press("n")
    page.wait_for_url(re.compile(re.escape(behind) + "$"))
    page.keyboard.press("/")
    page.wait_for_url(re.compile("/desk#q$"))
    expect(page.locator("#q")).to_be_focused()


def test_places_are_two_keys_away_and_only_those_that_one_may_go_to(visit: Visit, several: list[str]) -> None:
    approver = visit(login="lanhdao")
    approver.open("/desk")
    approver.page.keyboard.press("g")
    approver.page.keyboard.press("s")
    approver.page.wait_for_url(re.compile("/desk/signing$"))
    approver.page.keyboard.press("g")
    approver.page.keyboard.press("e")
    approver.page.wait_for_url(re.compile("/desk$"))
    reception = visit(login="tiepnhan")
    reception.open("/desk")
    reception.page.keyboard.press("g")
    reception.page.keyboard.press("s")
    assert reception.page.url.endswith("/desk")


def test_turned_off_no_key_acts_until_they_are_turned_on_again(visit: Visit, several: list[str]) -> None:
    reception = visit(login="tiepnhan")
    reception.open("/desk")
    page, dialog = reception.page, reception.page.locator("dialog.shortcuts")
    page.keyboard.press("?")
    page.uncheck("#shortcuts-on")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(dialog).to_be_hidden()
    expect(page.locator(ROW).first).not_to_be_focused()
    page.locator(".shortcuts-open button").click()
    expect(page.locator("#shortcuts-on")).not_to_be_checked()
    page.check("#shortcuts-on")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator(ROW).first).to_be_focused()


def test_without_scripts_the_next_application_is_a_link(visit: Visit, several: list[str]) -> None:
    reception = visit(login="tiepnhan", scripts=False)
    reception.open(f"/desk/applications/{several[0]}")
    expect(reception.page.locator(".shortcuts-open")).to_be_hidden()
    reception.page.click(".desk-trail a[rel=next]")
    assert f"/desk/applications/{several[0]}" not in reception.page.url
