"""A bad file is reported with one press, by anybody and without scripts; the clerk sees it and says what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from licensing.demonstration.walk import Outcome
from registry.entries.codes import new_register_code
from tests.browser.screens import SCREENS
from tests.browser.visitor import Visitor
from tests.documents import altered
from tests.mail import mails
from tests.processes import wait_for

Visit = Callable[..., Visitor]
DESK = "/desk/reports"


@pytest.fixture(scope="module")
def forged(licence: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The licence's file, altered."""
    path = tmp_path_factory.mktemp("forged") / "forged.pdf"
    path.write_bytes(altered(licence.pdf))
    return path


def shown(visitor: Visitor, file: Path) -> None:
    visitor.page.goto(visitor.address("/verify"))
    visitor.page.set_input_files("#file", file)
    visitor.page.click("form[method=post] button")
    visitor.page.wait_for_selector(".verdict--red")


@SCREENS
def test_a_forgery_is_reported_and_handled(visit: Visit, forged: Path, width: int, language: str) -> None:
    visitor = visit(width=width, language=language, scripts=False)
    shown(visitor, forged)
    assert visitor.page.locator(".tell a[href^='tel:']").count() == 1
    visitor.page.click(".tell__form .button")
    visitor.page.wait_for_url("**/verify/suspicion/*")
    visitor.look()
    reference = visitor.page.url.rpartition("/")[2]
    assert visitor.cookies() == []
    shown(visitor, forged)
    visitor.page.click(".tell__form summary")
    visitor.look()
    visitor.page.fill("#note", "Một người lạ đưa giấy này tại cửa hàng")
    visitor.page.locator("input[name=keep]").check(force=True)
    visitor.page.click(".tell__form .button")
    visitor.look(refused=True)
    assert "Một người lạ" in visitor.page.input_value("#note")
    visitor.page.set_input_files(".tell__form input[type=file]", forged)
    visitor.page.click(".tell__form .button")
    visitor.page.wait_for_url("**/verify/suspicion/*")
    clerk = visit(width=width, language=language, login="vanthu")
    clerk.open(DESK)
    clerk.page.click(f"a:text-is('{reference}')")
    clerk.look()
    clerk.page.click("main form button")
    clerk.look(refused=True)
    clerk.page.fill("#handling", "Đã báo công an phường")
    clerk.page.click("main form button")
    clerk.look()
    assert "Đã báo công an phường" in clerk.text()
    clerk.page.goto(clerk.address(DESK))
    clerk.page.click(f"tbody a:not(:text-is('{reference}')) >> nth=0")
    clerk.look()
    with clerk.page.expect_download() as download:
        clerk.page.click("a[href$='/file']")
    assert Path(download.value.path()).read_bytes() == forged.read_bytes()


def test_not_everybody_sees_reports_and_a_code_that_was_never_given_can_be_reported(visit: Visit) -> None:
    visit(login="thamdinh").open(DESK, expect=403)
    visitor = visit(width=390)
    visitor.open("/verify/suspicion/ABCDEFGH", expect=404)
    visitor.open(f"/l/{new_register_code()}", expect=404)
    visitor.page.click(".tell__form .button")
    visitor.page.wait_for_url("**/verify/suspicion/*")
    reference = visitor.page.url.rpartition("/")[2]

    def told() -> list[str]:
        folder = visitor.house.folder / "mail"
        return [str(mail.get_content()) for mail in mails(folder) if reference in str(mail["Subject"])]

    wait_for(lambda: told() != [], 30)  # the worker sends it
    assert "/desk/reports/" in told()[0]
