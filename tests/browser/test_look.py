"""A look finds what it is there for: each of these pages looked right a moment before it was broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.visitor import Visitor

BROKEN = {
    "label": "document.querySelector('main label').remove()",
    "image-alt": "document.querySelector('main').append(new Image())",
    "color-contrast": "document.querySelector('main label').style.color = '#bbb'",
    "heading-order": "document.querySelector('main').insertAdjacentHTML('beforeend', '<h5>Deep</h5>')",
    "html-has-lang": "document.documentElement.removeAttribute('lang')",
    "target-size": """for (const name of ['one', 'two']) {
          const tiny = document.createElement('button'); tiny.textContent = name;
          Object.assign(tiny.style, {width: '9px', height: '9px', padding: 0, overflow: 'hidden', minHeight: 0});
          document.querySelector('main').append(tiny) }""",
    "scrolls sideways by": "document.querySelector('main').style.width = '3000px'",
    "<label": "document.querySelector('main label').style.fontSize = '13px'",
    "somebody wrote this": "console.error('somebody wrote this')",
    "nobody caught this": "setTimeout(() => { throw new Error('nobody caught this') })",
}


@pytest.mark.parametrize("width", [390, 1280])
def test_what_no_page_may_have_is_found_whenever_one_looks(visit: Callable[..., Visitor], width: int) -> None:
    assert {fault: said for fault, change in BROKEN.items() if fault not in (said := found(visit, width, change))} == {}


def found(visit: Callable[..., Visitor], width: int, change: str) -> str:
    """What a look says of a page after this change."""
    visitor = visit(width=width)
    visitor.open("/sign-in")
    visitor.page.evaluate(change)
    try:
        visitor.look()
    except AssertionError as fault:
        return str(fault)
    return ""
