"""Images of signatures and seals in a browser: previews on paper, refusals, taking out of use; and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from licensing.demonstration.cast import AGENCY
from licensing.demonstration.pictures import PICTURES
from tests.browser.screens import SCREENS
from tests.browser.visitor import House, Visitor
from tests.licensing.images.pictures import SCRIPT, a_signature

Visit = Callable[..., Visitor]
MINE, DESK = "/account/signature", "/desk/images"


@SCREENS
def test_a_signatory_sees_the_signature_and_is_told_what_is_wrong(
    visit: Visit, house: House, tmp_path: Path, width: int, language: str
) -> None:
    approver = visit(width=width, language=language, login="lanhdao")
    approver.open("/account")
    assert approver.page.locator("header nav a[href$='/account/signature']").count() == 0
    approver.page.click("main a[href$='/account/signature']")
    approver.look()
    assert approver.page.locator("svg.paper image").count() == 1
    shown = approver.page.evaluate(
        "async () => { const i = new Image(); i.src = document.querySelector('svg.paper image').href.baseVal;"
        " await i.decode(); return i.naturalWidth }"
    )
    assert shown > 100
    bad = tmp_path / "bad.png"
    bad.write_bytes(a_signature() + SCRIPT)
    approver.page.set_input_files("#file", str(bad))
    approver.page.fill("#width_mm", "45")
    approver.page.locator("main form button").click()
    approver.page.wait_for_selector("#error-summary")
    approver.look(refused=True)


def test_who_signs_nothing_is_not_led_to_a_signature(visit: Visit, house: House) -> None:
    clerk = visit(login="vanthu")
    clerk.open("/account")
    assert clerk.page.locator("a[href$='/account/signature']").count() == 0


@SCREENS
def test_an_administrator_sees_seals_and_signatures(visit: Visit, house: House, width: int, language: str) -> None:
    administrator = visit(width=width, language=language, login="quantri")
    administrator.open(DESK)
    assert administrator.page.locator("svg.paper image").count() >= 2
    administrator.open(f"{DESK}/{AGENCY.code}")
    assert administrator.page.locator("svg.paper image").count() == 1
    administrator.page.locator("a[href$='/withdrawal']").click()
    administrator.look()
    administrator.page.locator("main form button").click()
    administrator.page.wait_for_selector("#error-summary")
    administrator.look(refused=True)


def put(signatory: Visitor, picture: Path) -> None:
    """Choose a file and send it."""
    signatory.open(MINE)
    signatory.page.set_input_files("#file", str(picture))
    signatory.page.fill("#width_mm", "46")
    signatory.page.locator("main form button").click()
    signatory.page.wait_for_selector(".notice--success")
    signatory.look()


def test_without_scripts_an_image_takes_anothers_place_and_goes_out_of_use(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    approver = visit(width=390, scripts=False, login="lanhdao")
    picture = tmp_path / "other.png"
    picture.write_bytes(a_signature())
    put(approver, picture)
    assert approver.page.locator(".versions li").count() >= 1
    approver.page.locator("a[href$='/withdrawal']").click()
    approver.look()
    approver.page.fill("#reason", "Thay mẫu chữ ký khác.")
    approver.page.locator("main form button").click()
    approver.page.wait_for_selector(".versions")
    assert "Thay mẫu chữ ký khác." in approver.text()
    approver.look()
    put(approver, PICTURES / "lanhdao.png")


def test_only_for_those_who_may(visit: Visit) -> None:
    visit(login="thamdinh").open(MINE, expect=403)
    visit(login="lanhdao").open(DESK, expect=403)
