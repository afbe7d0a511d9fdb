"""The pages of trust in a browser: a group, an anchor taken in and out, a list named; by administrators alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.screens import SCREENS
from tests.browser.visitor import Visitor
from tests.signing.anchors.build import others

Visit = Callable[..., Visitor]
PAGE = "/desk/trust"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The certificates of somebody else's authority."""
    folder, which = tmp_path_factory.mktemp("certificates"), others()
    contents = {"root": which.root.pem, "signer": which.signer.pem, "issuing": which.issuing.der}
    for name, content in contents.items():
        (folder / f"{name}.pem").write_bytes(content)
    return {name: folder / f"{name}.pem" for name in contents}


@SCREENS
def test_an_administrator_takes_an_anchor_in_and_out(
    visit: Visit, files: dict[str, Path], width: int, language: str
) -> None:
    key = f"own-{width}-{language}"
    visitor = visit(width=width, language=language, login="quantri")
    page = visitor.page
    visitor.open(PAGE)
    page.fill("#key", "Sai Tên")
    page.click("form[action$='/desk/trust'] button")
    visitor.look(refused=True)
    page.fill("#key", key)
    page.fill("#vi", f"Tổ chức chứng thực ví dụ {key}")
    page.fill("#en", f"Example authorities {key}")
    for box in page.locator("input[name=purposes]").all():
        box.check(force=True)
    page.click("form[action$='/desk/trust'] button")
    page.wait_for_url(f"**{PAGE}/{key}")
    visitor.look()
    page.set_input_files("#file", files["signer"])
    page.click("form[action$='/look'] button")
    visitor.look(refused=True)
    assert page.locator("#file-error").count() == 1
    page.set_input_files("#file", files["root"])
    page.click("form[action$='/look'] button")
    visitor.look()
    page.click("main form .button:not(.button--second)")
    visitor.look(refused=True)
    page.locator("input[name=compared]").check(force=True)
    page.click("main form .button:not(.button--second)")
    page.wait_for_url(f"**{PAGE}/{key}")
    assert page.locator(".tag--green").count() == 1
    page.fill("#address", "ftp://crl.example/x")
    page.click("form[action$='/lists'] button")
    visitor.look(refused=True)
    page.fill("#address", "http://crl.invalid/list.crl")
    page.set_input_files("#authority", files["issuing"])
    page.click("form[action$='/lists'] button")
    page.wait_for_url(f"**{PAGE}/{key}")
    visitor.look()
    visitor.open(PAGE)
    page.goto(visitor.address(f"{PAGE}/{key}"))
    page.click("a[href$='/out']")
    visitor.look()
    page.click("main form .button:not(.button--second)")
    visitor.look(refused=True)
    page.fill("#reason", "Khóa bị lộ")
    page.click("main form .button:not(.button--second)")
    page.wait_for_url(f"**{PAGE}/{key}")
    assert page.locator(".tag--green").count() == 0
    assert "Khóa bị lộ" in visitor.text()
    visitor.look()


def test_it_works_without_scripts_and_not_for_everybody(visit: Visit) -> None:
    visitor = visit(scripts=False, login="quantri")
    visitor.open(PAGE)
    assert visitor.page.locator("section").count() >= 5
    visitor.page.goto(visitor.address(f"{PAGE}/public-cas"))
    visitor.page.locator("input[name=purposes]").last.uncheck(force=True)
    visitor.page.click("form[action$='/purposes'] button")
    visitor.look(refused=True)
    visitor.page.fill("#reason", "Chỉ chữ ký")
    visitor.page.click("form[action$='/purposes'] button")
    assert "Chỉ chữ ký" in visitor.text()
    visit(login="thamdinh").open(PAGE, expect=403)
