"""The frame around every page: languages, skip link, errors; and that a visitor gets no cookie from it."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.screens import SCREENS
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@SCREENS
def test_the_front_page_and_an_error_look_right(visit: Visit, width: int, language: str) -> None:
    visitor = visit(width=width, language=language)
    visitor.open("/")
    assert visitor.page.get_attribute("html", "lang") == language
    visitor.open("/no-such-page", expect=404)
    visitor.open("/sign-in")
    assert visitor.cookies() == []


def test_the_other_language_is_the_same_page(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/sign-in?next=/account")
    visitor.page.click("header a[hreflang=en]")
    assert visitor.page.url == visitor.house.address + "/en/sign-in?next=/account"
    visitor.page.click("header a[hreflang=vi]")
    assert visitor.page.url == visitor.house.address + "/sign-in?next=/account"


def test_the_fonts_are_ours(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/sign-in")
    assert visitor.page.evaluate("document.fonts.check('700 20px \"Be Vietnam Pro\"', 'Đăng nhập')")
    loaded = visitor.page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {"Source Sans 3", "Be Vietnam Pro"} <= {name.strip('"') for name in loaded}
