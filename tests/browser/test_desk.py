"""The desk in a browser: examining, recommending, deciding, by officers of every role, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from licensing.demonstration.walk import Walk
from tests.browser.visitor import House, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def walk(house: House) -> Walk:
    """What goes before, over the API."""
    return Walk(house.address, house.secrets, lambda line: None)


def page_of(application_id: str) -> str:
    return f"/desk/applications/{application_id}"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_the_desk_looks_right(visit: Visit, walk: Walk, width: int, language: str) -> None:
    application_id = walk.apply()
    reception = visit(width=width, language=language, login="tiepnhan")
    reception.open("/desk")
    reception.open("/desk?show=overdue")
    reception.open("/desk?q=%3Cb%3Ekh%C3%B4ng+c%C3%B3%3C/b%3E")
    assert "<b>không có</b>" in reception.text()
    reception.open(page_of(application_id))
    walk.accept(application_id)
    officer = visit(width=width, language=language, login="thamdinh")
    officer.open("/desk")
    officer.open(page_of(application_id))
    officer.page.click("form[action*='/claim'] button")
    officer.look()
    officer.page.click("form[action$='/completion'] button")
    officer.look(refused=True)
    officer.page.click("section[aria-labelledby=documents] h3 a >> nth=0")
    officer.look()
    officer.page.click("summary:has-text('…')")
    officer.page.click("button[value=rejected]")
    officer.look(refused=True)
