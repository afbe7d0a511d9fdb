"""Verifying an address page by page: opening a link changes nothing, its button does; signed in or not."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.access import SYSTEM
from config.clock import FrozenClock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.address_links import address_token
from licensing.accounts.models import Account, VerifiedBy
from licensing.accounts.register import register_applicant
from licensing.accounts.rules import ADDRESS_LINK_LASTS, ADDRESS_MAILS
from licensing.accounts.verify_address import vouch_for_address
from tests.licensing.accounts.conftest import PASSWORD
from tests.licensing.accounts.visiting import NEW, OURS, enter, happened, link_of, post, rows

LAN = "lan@example.vn"


@pytest.fixture
def lan(unit: UnitOfWork) -> UUID:
    with unit.begin(SYSTEM) as work:
        account_id = register_applicant(work, name="Lê <Lan>", email=LAN, password=PASSWORD)
    assert account_id is not None
    return account_id


@pytest.fixture
def link(unit: UnitOfWork, settings: Settings, lan: UUID) -> str:
    return "/confirm-address/" + address_token(settings.secret_key, lan, LAN, unit.clock.now())


def account_of(unit: UnitOfWork, account_id: UUID) -> Account:
    (account,) = rows(unit, Account, id=account_id)
    assert isinstance(account, Account)
    return account


@pytest.mark.parametrize("signed_in", [None, LAN, "binh.tran"])
def test_the_button_verifies_and_opening_the_link_does_not(
    visitor: FlaskClient, unit: UnitOfWork, lan: UUID, link: str, signed_in: str | None
) -> None:
    if signed_in:
        enter(visitor, login=signed_in)
    for _ in range(3):  # as a scanner of mails does
        page = visitor.get(link)
        assert page.status_code == 200 and LAN in page.text and "Lê &lt;Lan&gt;" in page.text
        assert page.headers["Referrer-Policy"] == "strict-origin" and page.headers["Cache-Control"] == "no-store"
        visitor.head(link)
    assert account_of(unit, lan).email_verified_at is None
    for _ in range(2):  # a double click
        done = post(visitor, link) if signed_in else visitor.post(link, headers=OURS)
        assert (done.status_code, done.location) == (303, f"{link}?done=now")
    assert "Cảm ơn bạn" in visitor.get(f"{link}?done=now").text
    assert "đã được xác nhận trước đó" in visitor.get(link).text
    assert account_of(unit, lan).email_verified_by == VerifiedBy.LINK
    assert account_of(unit, lan).email == LAN


def test_a_tampered_link_is_refused_kindly(visitor: FlaskClient, unit: UnitOfWork, lan: UUID, link: str) -> None:
    for bad in (link + "x", link.replace("address/", "address/A"), "/confirm-address/nonsense"):
        page = visitor.get(bad)
        assert page.status_code == 200 and "không còn hiệu lực" in page.text
        assert LAN not in page.text and "Lan" not in page.text
        assert visitor.post(bad, headers=OURS).status_code == 404
        assert visitor.post(f"{bad}/again", headers=OURS).status_code == 200
    assert account_of(unit, lan).email_verified_at is None
    assert happened(unit, "AddressLinkAsked") == 0


def test_another_site_cannot_press_the_button(visitor: FlaskClient, unit: UnitOfWork, lan: UUID, link: str) -> None:
    assert visitor.post(link, headers={"Origin": "https://evil.example"}).status_code == 403
    assert account_of(unit, lan).email_verified_at is None


def test_an_old_link_leads_to_a_new_one_in_measure(
    visitor: FlaskClient, unit: UnitOfWork, lan: UUID, link: str, clock: FrozenClock
) -> None:
    clock.advance(seconds=ADDRESS_LINK_LASTS.total_seconds())
    page = visitor.get(link)
    assert "đã hết hạn" in page.text and f"{link}/again" in page.text
    assert visitor.post(link, headers=OURS).status_code == 404
    for _ in range(ADDRESS_MAILS):
        sent = visitor.post(f"{link}/again", headers=OURS)
        assert (sent.status_code, sent.location) == (303, "/confirm-address")
    assert "đang được gửi" in visitor.get("/confirm-address").text
    refused = visitor.post(f"{link}/again", headers=OURS)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    assert happened(unit, "AddressLinkAsked") == ADDRESS_MAILS


def test_an_address_that_is_taken_by_now_is_said(
    visitor: FlaskClient, unit: UnitOfWork, lan: UUID, settings: Settings
) -> None:
    with unit.begin(SYSTEM) as work:
        work.session.get_one(Account, lan).new_email = "hoa@example.vn"
        register_applicant(work, name="Hoa", email="hoa@example.vn", password=PASSWORD)
    link = "/confirm-address/" + address_token(settings.secret_key, lan, "hoa@example.vn", unit.clock.now())
    refused = visitor.post(link, headers=OURS)
    assert refused.status_code == 409 and "thuộc về tài khoản khác" in refused.text


def test_the_own_account_says_how_it_stands_and_sends_the_mail_again(
    visitor: FlaskClient, unit: UnitOfWork, lan: UUID
) -> None:
    enter(visitor, login=LAN)
    assert f"Vui lòng xác nhận địa chỉ thư điện tử {LAN}" in visitor.get("/account").text
    for _ in range(ADDRESS_MAILS):
        again = post(visitor, "/account/address/mail", next="/procedures?q=1")
        assert (again.status_code, again.location) == (303, "/procedures?q=1")
    assert f"Thư đang được gửi đến {LAN}" in visitor.get("/account").text
    assert post(visitor, "/account/address/mail", next="//evil.example").location == "/account"
    assert "quá nhiều lần" in visitor.get("/account").text.lower()
    assert happened(unit, "AddressLinkAsked") == ADDRESS_MAILS
    with unit.begin(SYSTEM) as work:
        vouch_for_address(work, lan)
    page = visitor.get("/account").text
    assert "Vui lòng xác nhận" not in page and "đã xác nhận" in page


def test_another_address_is_named_with_the_password(visitor: FlaskClient, unit: UnitOfWork, lan: UUID) -> None:
    enter(visitor, login=LAN)
    page, given = "/account/address", {"email": "Moi@example.vn", "password": PASSWORD}
    wrong = post(visitor, page, page, **given | {"password": "wrong"})
    assert wrong.status_code == 422 and 'value="Moi@example.vn"' in wrong.text and "wrong" not in wrong.text
    assert post(visitor, page, page, **given | {"email": "<b>"}).status_code == 422
    assert account_of(unit, lan).new_email is None
    done = post(visitor, page, page, **given)
    assert (done.status_code, done.location) == (303, "/account")
    text = visitor.get("/account").text
    assert "moi@example.vn" in text and account_of(unit, lan).email == LAN
    assert "đang chờ xác nhận" in visitor.get(page).text
    assert post(visitor, page, page, email=LAN, password=PASSWORD).location == "/account"
    assert "được giữ nguyên" in visitor.get("/account").text


def test_the_answer_does_not_tell_whether_another_has_the_address(
    visitor: FlaskClient, unit: UnitOfWork, lan: UUID
) -> None:
    enter(visitor, login=LAN)
    said = []
    for address in ("binh@snnmt.example", "nobody@snnmt.example"):
        post(visitor, "/account/address", "/account/address", email=address, password=PASSWORD)
        said.append(visitor.get("/account").text.replace(address, "").split("<main")[1].split("</main>")[0])
    assert said[0].split("csrf_token")[0] == said[1].split("csrf_token")[0]


def test_officials_addresses_are_their_administrator_s(visitor: FlaskClient, unit: UnitOfWork) -> None:
    enter(visitor)
    page = visitor.get("/account").text
    assert "/account/address" not in page
    assert visitor.get("/account/address").status_code == 403
    assert {row.email_verified_by for row in rows(unit, Account, kind="official")} == {VerifiedBy.ADMINISTRATOR}


def test_a_recovery_link_verifies_the_address_it_came_to(
    visitor: FlaskClient, site: Flask, unit: UnitOfWork, settings: Settings, lan: UUID
) -> None:
    link = link_of(unit, settings, lan)
    visitor.get(link)
    assert account_of(unit, lan).email_verified_at is None
    assert visitor.post(link, data={"password": NEW, "password_confirm": NEW}, headers=OURS).status_code == 303
    assert account_of(unit, lan).email_verified_by == VerifiedBy.RECOVERY
    other = site.test_client()
    enter(other, NEW, login=LAN)
    assert "Vui lòng xác nhận" not in other.get("/account").text


def test_a_changed_password_verifies_nothing(visitor: FlaskClient, unit: UnitOfWork, lan: UUID) -> None:
    enter(visitor, login=LAN)
    fields = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    assert post(visitor, "/account/password", "/account/password", **fields).status_code == 303
    assert account_of(unit, lan).email_verified_at is None
