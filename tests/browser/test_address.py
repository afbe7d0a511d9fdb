"""An e-mail address in real browsers: registered, told of, verified by the mail, and only then handed in with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from licensing.accounts.address_links import address_token
from tests.browser.business import begin, fill_in, go, supply
from tests.browser.newcomer import PASSWORD, enter, fill, mail_of, register
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
WELCOME = {"vi": "Tài khoản của Ông/Bà tại", "en": "Your account at"}
CONFIRM = {"vi": "Xác nhận địa chỉ thư điện tử", "en": "Confirm your e-mail address"}


def link_in(mail: str) -> str:
    found = re.search(r"https?://\S+/confirm-address/\S+", mail)
    assert found, mail
    return found[0]


def signed_in(visit: Visit, address: str, width: int, *, language: str = "vi", scripts: bool = True) -> Visitor:
    """Somebody who has just registered for an organisation, and signed in."""
    visitor = visit(width=width, language=language, scripts=scripts)
    register(visitor, address, organisation="Công ty Thử", tax_code="0100000001")
    visitor.open("/sign-in?next=/account")
    enter(visitor, address)
    return visitor


@pytest.mark.parametrize(("width", "scripts", "language"), [(390, False, "vi"), (1280, True, "en")])
def test_a_newcomer_verifies_the_address_and_hands_in(
    visit: Visit, tmp_path: Path, width: int, scripts: bool, language: str
) -> None:
    address = f"xacnhan{width}@vidu.example"
    visitor = signed_in(visit, address, width, language=language, scripts=scripts)
    begin(visitor)
    fill_in(visitor)
    supply(visitor, tmp_path)
    visitor.page.locator("main .buttons a.button").click()
    assert address in visitor.text()
    visitor.look()
    visitor.page.check("[name=declaration]")
    hand_in = "main form[action$='/submission'] button"
    visitor.page.click(hand_in)
    assert address in visitor.page.inner_text("main [role=alert]")
    visitor.look(refused=True)
    phone = visit(width=390, language=language)  # the mail is read somewhere else, by somebody signed out
    phone.page.goto(link_in(mail_of(visitor, address, WELCOME[language])))
    phone.look()
    phone.page.click("main form button")
    assert phone.page.url.endswith("?done=now")
    phone.look()
    phone.page.goto(phone.page.url.removesuffix("?done=now"))
    phone.look()
    visitor.page.check("[name=declaration]")
    visitor.page.click(hand_in)
    assert visitor.page.url.endswith("/receipt")
    visitor.open("/account")
    assert visitor.page.locator(".notice").count() == 0


@pytest.mark.parametrize(("width", "language"), [(390, "vi"), (1280, "en")])
def test_a_mistyped_address_is_corrected(visit: Visit, width: int, language: str) -> None:
    wrong, right = f"saichinhta{width}@vidu.example", f"dungchinhta{width}@vidu.example"
    visitor = signed_in(visit, wrong, width, language=language)
    mistyped = link_in(mail_of(visitor, wrong, WELCOME[language]))
    visitor.open("/account")
    visitor.page.click(".notice form button")
    visitor.look()
    mail_of(visitor, wrong, CONFIRM[language])
    visitor.page.click(".notice a.button")
    visitor.look()
    fill(visitor, email="kein", password=PASSWORD)
    visitor.look(refused=True)
    fill(visitor, email=right, password="not the password")
    visitor.look(refused=True)
    fill(visitor, email=right, password=PASSWORD)
    assert visitor.page.url == visitor.address("/account")
    assert right in visitor.text()
    visitor.look()
    visitor.page.goto(mistyped)
    visitor.look()
    assert visitor.page.locator("main form").count() == 0
    visitor.page.goto(link_in(mail_of(visitor, right, CONFIRM[language])))
    visitor.look()
    visitor.page.click("main form button")
    visitor.look()
    visitor.open("/account")
    assert wrong not in visitor.text() and right in visitor.text()
    visitor.open("/account/address")
    fill(visitor, email=wrong, password=PASSWORD)
    visitor.look()


def test_a_link_that_is_too_old_leads_to_a_new_one(visit: Visit) -> None:
    for width, language in ((390, "vi"), (1280, "en")):
        address = f"quahan{width}@vidu.example"
        visitor = signed_in(visit, address, width, language=language)
        account = UUID(visitor.context.request.get(f"{visitor.house.address}/v1/me").json()["id"])
        secret = (visitor.house.folder / "secret-key").read_text().strip()
        token = address_token(secret, account, address, datetime(2026, 1, 5, tzinfo=UTC))
        visitor.open(f"/confirm-address/{token}")
        visitor.page.click("main form button")
        assert visitor.page.url == visitor.address("/confirm-address")
        visitor.look()
        visitor.page.goto(link_in(mail_of(visitor, address, CONFIRM[language])))
        assert address in visitor.text()


def test_no_log_has_a_link(visit: Visit) -> None:
    logs = visit().house.folder / "logs"
    said = "".join(path.read_text(errors="replace") for path in logs.glob("*.log"))
    assert "request" in said
    assert not re.search(r"confirm-address/[A-Za-z0-9_-]{20}", said)


def test_the_first_page_of_applying_says_how_it_stands(visit: Visit) -> None:
    for width, language in ((390, "vi"), (1280, "en")):
        visitor = signed_in(visit, f"dautien{width}@vidu.example", width, language=language)
        visitor.open("/procedures")
        visitor.page.click("main h3 a")
        visitor.page.locator("main .button").first.click()
        assert f"dautien{width}@vidu.example" in visitor.text()
        visitor.look()
        visitor.page.click(".notice form button")
        assert visitor.page.url.endswith("/apply")
        visitor.look()
        visitor.page.check("[name=kind][value=new]")
        visitor.page.locator("[name=applicant]").first.check()
        go(visitor)
        assert visitor.page.url.endswith("/questions")
