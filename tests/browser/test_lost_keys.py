"""The page of lost keys in a browser: none, one whose licences are sealed anew, one that people must see to."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from config.postgres import OWNER
from licensing.demonstration.walk import Outcome
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor

Visit = Callable[..., Visitor]
PAGE = "/desk/lost-keys"


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
    finally:
        as_owner(house, "DELETE FROM touched_papers", "DELETE FROM lost_keys")


def test_a_clerk_may_and_without_scripts_but_not_everybody(visit: Visit, licence: Outcome) -> None:
    visit(scripts=False, login="vanthu").open(PAGE)
    visit(login="thamdinh").open(PAGE, expect=403)
