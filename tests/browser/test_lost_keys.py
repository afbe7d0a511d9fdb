"""Lost keys in a browser: none, one whose licences are sealed anew, one for people to see to; what strangers read."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from config.postgres import OWNER
from licensing.demonstration.walk import Outcome
from registry.verification.result import Notice
from registry.verification.withdrawn import ADVICE, WORDS
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor

Visit = Callable[..., Visitor]
PAGE = "/desk/lost-keys"
RENDER_ANEW = "UPDATE verification_documents SET next_change = DATE '1970-01-01'"


def as_owner(house: House, *statements: str) -> None:
    with psycopg.connect(f"host={house.folder}/postgres/run user={OWNER} dbname=antin") as owner:
        for statement in statements:
            owner.execute(statement)


@SCREENS
def test_an_administrator_sees_what_lost_keys_touched(
    visit: Visit, house: House, licence: Outcome, width: int, language: str
) -> None:
    administrator = visit(width=width, language=language, login="quantri")
    administrator.open(PAGE)
    assert administrator.page.locator(".notice--success").count() == 1
    as_owner(
        house,
        "INSERT INTO lost_keys VALUES (repeat('a', 64), 'seal', 'seal-minhhoa', now(), now(), 'Mất máy tính xách tay')",
        "INSERT INTO lost_keys VALUES (repeat('b', 64), 'official', 'official-lanhdao', now(), now(), '')",
        "INSERT INTO touched_papers SELECT repeat('a', 64), id, 'sealed anew' FROM papers",
        "INSERT INTO touched_papers SELECT repeat('b', 64), id, 'needs a new paper' FROM papers",
    )
    try:
        administrator.open(PAGE)
        assert administrator.page.locator("section h2").count() == 2
        assert administrator.page.locator("table tbody a[href^='/l/']").count() >= 1
        as_owner(house, RENDER_ANEW)
        administrator.open(f"/l/{licence.register_code}")
        assert WORDS[Notice.PAPER_WITHDRAWN][language] in administrator.page.locator("#notice").inner_text()
        assert ADVICE[Notice.PAPER_WITHDRAWN][language] in administrator.text()
    finally:
        as_owner(house, "DELETE FROM touched_papers", "DELETE FROM lost_keys", RENDER_ANEW)


def test_a_clerk_may_and_without_scripts_but_not_everybody(visit: Visit, licence: Outcome) -> None:
    visit(scripts=False, login="vanthu").open(PAGE)
    visit(login="thamdinh").open(PAGE, expect=403)
