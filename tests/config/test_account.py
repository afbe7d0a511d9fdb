"""The page of one's own account: rooms add to it, and everybody sees what they may go to."""

from __future__ import annotations

import pytest

from config.account import AccountSection, account_sections, add_to_account
from config.pages import NavItem
from config.settings import Settings
from tests.config.shell import build


@pytest.mark.parametrize(("who", "seen"), [("pilot", ["Kite", "Name"]), ("guest", ["Name"])])
def test_a_section_is_for_those_who_may_go_there(settings: Settings, who: str, seen: list[str]) -> None:
    app = build(settings)
    with app.test_request_context(headers={"Who": who}):
        assert account_sections() == []
    add_to_account(app, AccountSection("Kite", NavItem("See the kite", "kites_pages.fly", "fly")))
    add_to_account(app, AccountSection("Name", NavItem("Change the name", "kites_pages.open")))
    with app.test_request_context(headers={"Who": who}):
        assert [section.heading for section in account_sections()] == seen
