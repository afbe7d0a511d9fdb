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
MAIN = "main form .button:not(.button--second)"


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
    visitor.open(PAGE)
    pressed(visitor, "form[action$='/desk/trust'] button", refused=True, key="Sai Tên")
    for box in visitor.page.locator("input[name=purposes]").all():
        box.check(force=True)
    vi, en = f"Tổ chức chứng thực ví dụ {key}", f"Example authorities {key}"
    pressed(visitor, "form[action$='/desk/trust'] button", key=key, vi=vi, en=en)
    taken_in(visitor, files)
    assert visitor.page.locator(".tag--green").count() == 1
    pressed(visitor, "form[action$='/lists'] button", refused=True, address="ftp://crl.example/x")
    visitor.page.set_input_files("#authority", files["issuing"])
    pressed(visitor, "form[action$='/lists'] button", address="http://crl.invalid/list.crl")
    visitor.open(PAGE)
    visitor.page.goto(visitor.address(f"{PAGE}/{key}"))
    pressed(visitor, "a[href$='/out']")
    pressed(visitor, MAIN, refused=True)
    pressed(visitor, MAIN, reason="Khóa bị lộ")
    assert visitor.page.url.endswith(f"{PAGE}/{key}")
    assert visitor.page.locator(".tag--green").count() == 0
    assert "Khóa bị lộ" in visitor.text()


def taken_in(visitor: Visitor, files: dict[str, Path]) -> None:
    """An authority is looked at, compared and trusted; what is none is not even asked about."""
    visitor.page.set_input_files("#file", files["signer"])
    pressed(visitor, "form[action$='/look'] button", refused=True)
    assert visitor.page.locator("#file-error").count() == 1
    visitor.page.set_input_files("#file", files["root"])
    pressed(visitor, "form[action$='/look'] button")
    pressed(visitor, MAIN, refused=True)
    visitor.page.locator("input[name=compared]").check(force=True)
    pressed(visitor, MAIN)


def pressed(visitor: Visitor, what: str, *, refused: bool = False, **typed: str) -> None:
    """Fill fields in by their ids, press something, and look at the page that comes."""
    for field, text in typed.items():
        visitor.page.fill(f"#{field}", text)
    with visitor.page.expect_navigation():
        visitor.page.click(what)
    visitor.look(refused=refused)


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
