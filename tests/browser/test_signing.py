"""View and sign, view and seal, in a browser: nothing unseen is signed, nothing is signed twice, no PIN is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from licensing.demonstration.walk import Walk
from tests.browser.visitor import House, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def walk(house: House) -> Walk:
    """What goes before, over the API."""
    return Walk(house.address, house.secrets, lambda line: None)


def a_prepared(walk: Walk) -> dict[str, Any]:
    """A licence that was granted and waits for its signature."""
    application_id = walk.apply()
    walk.accept(application_id)
    walk.examine(application_id)
    walk.decide(application_id)
    code = walk._until("prepared", lambda: walk.licence_of(application_id))["register_code"]
    return walk._until("on record", lambda: walk.waiting_document(code, "lanhdao", "filed"))


def a_signed(walk: Walk) -> dict[str, Any]:
    """A licence that waits for the seal."""
    document = a_prepared(walk)
    walk.sign(document)
    code = document["summary"].rpartition(" ")[2]
    return walk._until("signed", lambda: walk.waiting_document(code, "vanthu", "signed"))


def tick(visitor: Visitor, *documents: dict[str, Any]) -> None:
    for document in documents:
        visitor.page.check(f"#tick-{document['id']}")
    visitor.page.click("form[action*='/view'] button")


def look_at(visitor: Visitor) -> None:
    """The document on screen: its image is there, and one goes on."""
    image = visitor.page.locator("img.page-image").first
    assert image.evaluate("async (i) => { await i.decode(); return i.naturalWidth }") > 800 if visitor.scripts else True
    visitor.page.click("form[action*='/view'] button")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_an_approver_views_and_signs_two_and_a_clerk_seals_them(
    visit: Visit, walk: Walk, width: int, language: str
) -> None:
    documents = [a_prepared(walk), a_prepared(walk)]
    approver = visit(width=width, language=language, login="lanhdao")
    approver.open("/desk/signing")
    approver.page.click("form[action*='/view'] button")
    approver.look(refused=True)
    approver.open("/desk/signing")
    tick(approver, *documents)
    approver.look()
    assert documents[0]["document_sha256"] in approver.page.content()
    look_at(approver)
    look_at(approver)
    approver.look()
    approver.page.fill("#pin", "000000")
    approver.page.click("main form[action*='/sign'] button[type=submit]")
    approver.look(refused=True)
    assert "000000" not in approver.page.content()
    assert "0 " in approver.text()
    approver.page.fill("#pin", approver.house.secrets.pin)
    approver.page.click("main form[action*='/sign'] button[type=submit]")
    expect(approver.page.locator("tbody .tag--green")).to_have_count(2)
    approver.look()
    approver.page.go_back()
    expect(approver.page.locator("tbody .tag--green")).to_have_count(2)
    approver.look()
    approver.open("/desk/signing")
    clerk = visit(width=width, language=language, login="vanthu")
    for document in documents:
        code = document["summary"].rpartition(" ")[2]
        walk._until("signed", lambda code=code: walk.waiting_document(code, "vanthu", "signed"))
    clerk.open("/desk/sealing")
    tick(clerk, *documents)
    clerk.look()
    look_at(clerk)
    look_at(clerk)
    clerk.look()
    clerk.page.click("form[action*='/sealing/sign'] button[type=submit]")
    expect(clerk.page.locator("tbody .tag--green")).to_have_count(2, timeout=60_000)
    clerk.look()
