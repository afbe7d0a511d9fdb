"""Somebody who opens an account in a browser and looks into the mailbox."""

from __future__ import annotations

from tests.browser.visitor import Visitor
from tests.mail import mails_to
from tests.processes import wait_for

PASSWORD = "một mật khẩu đủ dài"


def fill(visitor: Visitor, **fields: str) -> None:
    """Type into the fields of the form in the main part, and send it."""
    for name, value in fields.items():
        visitor.page.fill(f"main [name={name}]", value)
    visitor.page.click("main form button[type=submit] >> nth=0")


def register(visitor: Visitor, address: str, **more: str) -> None:
    """From the sign-in page to the page that says what comes next."""
    visitor.open("/sign-in")
    visitor.page.click("main a[href*=register]")
    visitor.look()
    fill(visitor, name="Đỗ Thị Thử", email=address, password=PASSWORD, password_again=PASSWORD, **more)
    assert visitor.page.url.endswith("/registered")
    visitor.look()


def enter(visitor: Visitor, address: str, password: str = PASSWORD) -> None:
    """Sign in by the form that is open."""
    fill(visitor, email=address, password=password)


def mail_of(visitor: Visitor, address: str, subject: str) -> str:
    """The newest mail to the address whose subject begins so, once it has come."""
    folder = visitor.house.folder / "mail"

    def found() -> list[str]:
        mails = [mail for mail in mails_to(folder, address) if str(mail["Subject"]).startswith(subject)]
        return [str(mail.get_content()) for mail in mails]

    wait_for(lambda: found() != [], 30)
    return found()[-1]
