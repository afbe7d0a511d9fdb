"""Signing in, registering, a forgotten password and one's own account in a browser, with mail by real SMTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.browser.newcomer import PASSWORD, enter, fill, mail_of, register
from tests.browser.screens import SCREENS
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
NEW = "mật khẩu mới rất dài"
SUBJECTS = {
    "vi": ("Tài khoản của Ông/Bà tại", "Đặt mật khẩu mới", "Mật khẩu của Ông/Bà tại"),
    "en": ("Your account at", "Choose a new password", "Your password at"),
}


@SCREENS
def test_a_newcomer_registers_forgets_the_password_and_comes_in_by_mail(
    visit: Visit, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, scripts=width == 390)
    address = f"thu{width}{language}@vidu.example"
    welcome, recovery, changed = SUBJECTS[language]
    register(visitor, address)
    assert "/sign-in" in mail_of(visitor, address, welcome)
    visitor.page.click("main a.button >> nth=0")
    enter(visitor, address, "not the password")
    visitor.look(refused=True)
    visitor.open("/sign-in")
    visitor.page.click("main a[href*=forgotten]")
    visitor.look()
    fill(visitor, email=address)
    assert visitor.page.url.endswith("/forgotten-password/sent")
    visitor.look()
    text = mail_of(visitor, address, recovery)
    found = re.search(r"https?://\S+/forgotten-password/\S+", text)
    assert found and found[0].startswith(visitor.address("/forgotten-password/"))
    visitor.page.goto(found[0])
    visitor.look()
    fill(visitor, password="ngắn", password_confirm="ngắn")
    visitor.look(refused=True)
    fill(visitor, password=NEW, password_confirm=NEW)
    assert visitor.page.url == visitor.address("/sign-in?done=new")
    visitor.look()
    assert "127.0.0.1" not in mail_of(visitor, address, changed)
    visitor.page.goto(found[0])
    assert visitor.page.url == visitor.address("/forgotten-password?link=ended")
    visitor.look()
    visitor.open("/account")  # to the sign-in page first
    enter(visitor, address, NEW)
    assert visitor.page.url == visitor.address("/account")
    visitor.look()
    assert len(visitor.cookies()) == 1


def test_all_faults_of_the_registration_are_on_one_page(visit: Visit) -> None:
    for width, language in ((390, "vi"), (1280, "en")):
        visitor = visit(width=width, language=language)
        visitor.open("/register")
        fill(visitor, name="<b>Thử</b>", email="kein", phone="x", password="a", password_again="b", tax_code="1")
        visitor.look(refused=True)
        assert visitor.page.input_value("main [name=name]") == "<b>Thử</b>"
        assert visitor.page.input_value("main [name=password]") == ""
        visitor.page.click("#error-summary a >> nth=0")
        assert visitor.page.evaluate("document.activeElement.id") == "email"


def test_every_state_of_ones_own_account(visit: Visit) -> None:
    for width, language in ((390, "vi"), (1280, "en")):
        visitor = visit(width=width, language=language, login="doanhnghiep@vidu.example")
        other = visit(login="doanhnghiep@vidu.example")
        visitor.open("/account")
        assert "Công ty TNHH Thực phẩm Ví Dụ" in visitor.text()
        visitor.page.click(".sessions button >> nth=0")
        visitor.look()
        other.open("/account")
        assert "/sign-in" in other.page.url
        visitor.page.check(f"[name=language][value={language}]")
        visitor.page.click("form[action$=language] button")
        visitor.look()
        visitor.page.click("main a[href*='account/password']")
        visitor.look()
        fill(visitor, password="wrong", new_password=NEW, new_password_confirm=NEW)
        visitor.look(refused=True)
        visitor.page.click("header form button")
        assert visitor.page.url == visitor.address("/")
        visitor.open("/account")
        assert "/sign-in" in visitor.page.url


def test_changing_the_password_signs_the_other_browser_out(visit: Visit) -> None:
    visitor, other = visit(), visit(width=390)
    address = "doimatkhau@vidu.example"
    register(visitor, address)
    for browser in (visitor, other):
        browser.open("/sign-in?next=/account")
        enter(browser, address)
        assert browser.page.url == browser.address("/account")
    visitor.open("/account/password")
    fill(visitor, password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    assert visitor.page.url == visitor.address("/account?done=password")
    visitor.look()
    other.open("/account")
    assert "/sign-in" in other.page.url
    enter(other, address, NEW)
    other.look()


def come_back(visitor: Visitor, login: str) -> None:
    """Sign in again in a new tab, as the page says, and close it."""
    with visitor.context.expect_page() as opened:
        visitor.page.click("main a[target=_blank]")
    tab = opened.value
    tab.fill("main [name=email]", login)
    tab.fill("main [name=password]", visitor.house.secrets.password)
    tab.click("main form button[type=submit]")
    tab.wait_for_url("**/signed-in")
    tab.close()


def stopped_in_mid_form(visit: Visit, width: int, scripts: bool) -> Visitor:
    """Somebody who typed until the session had ended, and then sent."""
    visitor = visit(width=width, scripts=scripts, login="thamdinh")
    visitor.open("/account")
    visitor.page.check("[name=language][value=en]")
    visitor.outlive_session()
    visitor.page.click("form[action$=language] button")
    visitor.look(refused=True)
    assert visitor.page.locator("form[action$=language] input[name=language]").get_attribute("value") == "en"
    return visitor


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in_again(visit: Visit) -> None:
    for width, scripts in ((390, True), (1280, False)):
        visitor = stopped_in_mid_form(visit, width, scripts)
        come_back(visitor, "thamdinh")
        visitor.page.click("main form[action$=language] button")
        assert visitor.page.url.endswith("/account?done=language")
        visitor.look()


def test_what_was_typed_is_not_sent_at_once_by_somebody_else(visit: Visit) -> None:
    visitor = stopped_in_mid_form(visit, 390, True)
    come_back(visitor, "vanthu")
    visitor.page.click("main form[action$=language] button")
    assert visitor.page.locator("form[action$=language] input[name=language]").get_attribute("value") == "en"
    visitor.look(refused=True)


def test_the_page_for_who_signed_in_again_looks_right(visit: Visit) -> None:
    for width, language in ((390, "vi"), (1280, "en")):
        visit(width=width, language=language, login="thamdinh").open("/signed-in")


def test_too_many_attempts_have_a_page_that_says_so(visit: Visit) -> None:
    visitor = visit(width=390)
    for _ in range(6):
        visitor.open("/sign-in")
        enter(visitor, "nobody@vidu.example", "wrong password")
        visitor.look(refused=True)
    assert "quá nhiều lần" in visitor.text().lower()


def test_every_mail_is_kept_for_its_owner_only(visit: Visit) -> None:
    folder: Path = visit().house.folder / "mail"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*.eml"))


def test_no_log_has_an_address_or_a_link(visit: Visit) -> None:
    logs = visit().house.folder / "logs"
    said = "".join(path.read_text(errors="replace") for path in logs.glob("*.log"))
    assert "request" in said
    assert "@vidu.example" not in said
    assert not re.search(r"forgotten-password/[A-Za-z0-9_-]{20}", said)
