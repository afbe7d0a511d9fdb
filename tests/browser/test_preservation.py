"""The page of preservation in a browser: all well, and with what is due, overdue and failed."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from config.postgres import OWNER
from licensing.demonstration.walk import Outcome
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor
from tests.pki.build import pki

Visit = Callable[..., Visitor]
PAGE = "/desk/preservation"


def as_owner(house: House, *statements: str) -> None:
    """Rows as they will stand in years to come."""
    with psycopg.connect(f"host={house.folder}/postgres/run user={OWNER} dbname=antin") as owner:
        for statement in statements:
            owner.execute(statement)


@SCREENS
def test_an_administrator_sees_how_evidence_stands(
    visit: Visit, house: House, licence: Outcome, width: int, language: str
) -> None:
    administrator = visit(width=width, language=language, login="quantri")
    administrator.open(PAGE)
    assert administrator.page.locator("svg.ages rect").count() >= 1
    assert administrator.page.locator("nav a[href$='/desk/preservation']").count() >= 1
    as_owner(
        house,
        "UPDATE published_files SET evidence_until = now() - interval '3 days'",
        "INSERT INTO preservation_failures SELECT paper_id, 'NothingGained', 'x', 3, now(), now() + interval '8 hours' "
        "FROM published_files ON CONFLICT DO NOTHING",
        "INSERT INTO preservation_runs (began_at, ended_at, renewed, failed, stopped_by) "
        "VALUES (now(), now(), 0, 1, 'TimestampUnavailable')",
    )
    try:
        administrator.open(PAGE)
        assert administrator.page.locator("svg.ages rect.ages__bar--red").count() == 1
        assert administrator.page.locator(".notice--error").count() == 1
    finally:
        as_owner(
            house,
            "UPDATE published_files SET evidence_until = certificate_until",
            "DELETE FROM preservation_failures",
            "DELETE FROM preservation_runs",
        )


@SCREENS
def test_what_ends_soon_stands_on_top(visit: Visit, house: House, licence: Outcome, width: int, language: str) -> None:
    administrator = visit(width=width, language=language, login="quantri")
    administrator.open(PAGE)
    assert administrator.page.locator("#ending").count() == 0
    old = house.folder / "keys" / "official-nghihuu.pem"
    old.write_bytes((pki().folder / "official-expired.pem").read_bytes())
    try:
        administrator.open(PAGE)
        assert administrator.page.locator(".notice--warning").count() == 1
        assert "official-nghihuu" in administrator.page.locator("section[aria-labelledby=ending] table").inner_text()
    finally:
        old.unlink()


def test_without_scripts_and_only_for_those_who_may(visit: Visit, licence: Outcome) -> None:
    visit(scripts=False, login="quantri").open(PAGE)
    visit(login="thamdinh").open(PAGE, expect=403)
