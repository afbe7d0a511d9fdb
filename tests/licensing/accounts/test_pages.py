"""Signing in and out, page by page, without a browser."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.access import SYSTEM
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import SignInAttempt, SignInSession
from licensing.accounts.rules import ABSOLUTE_LIMIT, FREE_FAILURES
from tests.licensing.accounts.conftest import PASSWORD, Department
from tests.licensing.accounts.visiting import OURS, enter, happened, post, rows, token_in


def test_signing_in_begins_one_session_of_ours_and_sets_one_cookie(visitor: FlaskClient, unit: UnitOfWork) -> None:
    response = enter(visitor)
    assert (response.status_code, response.location) == (303, "/")
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("antin=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    (session,) = rows(unit, SignInSession)
    assert visitor.get("/account").status_code == 200
    assert happened(unit, "SignedIn") == 1
    assert [attempt.succeeded for attempt in rows(unit, SignInAttempt)] == [True]
    with unit.begin(SYSTEM) as work:  # ended in our table: signed out at once, whatever the browser holds
        work.session.get_one(SignInSession, session.id).ended_at = work.clock.now()
    response = visitor.get("/account")
    assert (response.status_code, response.location) == (303, "/sign-in?next=/account")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_a_vietnamese_password_matches_however_it_was_typed(visitor: FlaskClient, form: Any) -> None:
    assert enter(visitor, unicodedata.normalize(form, PASSWORD)).status_code == 303


@pytest.mark.parametrize("login", ["BINH.TRAN", "Binh@SNNMT.example"])
def test_login_and_address_both_serve(visitor: FlaskClient, login: str) -> None:
    assert enter(visitor, login=login).status_code == 303


@pytest.mark.parametrize(
    ("login", "password"), [("binh.tran", "wrong password"), ("nobody", PASSWORD), ("hoa", PASSWORD)]
)
def test_wrong_and_unknown_get_the_same_page(visitor: FlaskClient, unit: UnitOfWork, login: str, password: str) -> None:
    response = enter(visitor, password, login)
    assert response.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in response.text
    assert f'value="{login}"' in response.text and password not in response.text
    assert "Set-Cookie" not in response.headers
    assert rows(unit, SignInSession) == [] and len(rows(unit, SignInAttempt)) == 1


def test_what_is_missing_is_said_at_its_field(visitor: FlaskClient, unit: UnitOfWork) -> None:
    response = enter(visitor, "", "")
    assert response.status_code == 422
    assert rows(unit, SignInAttempt) == []


def test_attempts_are_counted_before_a_password_is_verified_by_pages_and_api_together(
    visitor: FlaskClient, unit: UnitOfWork
) -> None:
    for _ in range(FREE_FAILURES - 1):
        assert enter(visitor, "not the password").status_code == 422
    assert visitor.post("/v1/session", json={"login": "binh.tran", "password": "not it"}).status_code == 401
    response = enter(visitor)  # the right one
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert rows(unit, SignInSession) == []


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\nb", "\\\\evil"]
)
def test_nobody_is_sent_to_another_site(visitor: FlaskClient, next_: str) -> None:
    response = visitor.post(
        "/sign-in", query_string={"next": next_}, data={"email": "binh.tran", "password": PASSWORD, "next": next_},
        headers=OURS,
    )  # fmt: skip
    assert response.status_code in (303, 400, 422)
    assert response.location in (None, "/")


def test_one_goes_on_to_where_one_was_going_in_ones_language(visitor: FlaskClient) -> None:
    assert visitor.get("/en/account").location == "/en/sign-in?next=/en/account"
    response = visitor.post(
        "/en/sign-in?next=/en/account", data={"email": "binh.tran", "password": PASSWORD}, headers=OURS
    )
    assert response.location == "/en/account"
    assert visitor.get("/sign-in?next=/account").location == "/account"  # signed in already


@pytest.mark.parametrize(
    ("next_", "onward"),
    [
        ("/account/language", "/signed-in"),  # a form is sent there, no page is
        ("/en/account/language", "/signed-in"),
        ("/account/password", "/account/password"),
        ("/nothing/here?x=1", "/nothing/here?x=1"),
    ],
)
def test_who_signs_in_again_to_send_a_form_is_told_where_it_waits(
    visitor: FlaskClient, next_: str, onward: str
) -> None:
    assert enter(visitor, query=f"?next={next_}").location == onward
    assert visitor.get("/signed-in").status_code == 200


def test_another_site_cannot_sign_its_visitor_in(visitor: FlaskClient) -> None:
    data = {"email": "binh.tran", "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visitor.post("/sign-in", data=data, headers=headers).status_code == 403


@pytest.mark.parametrize("address", ["/account/password", "/sign-out", "/account/language"])
def test_a_form_without_our_token_is_refused(visitor: FlaskClient, address: str) -> None:
    enter(visitor)
    assert visitor.post(address, data={"language": "en"}, headers=OURS).status_code == 403
    assert visitor.post(address, data={"csrf_token": "x" * 88}, headers=OURS).status_code == 403
    assert visitor.get("/account").status_code == 200


def test_pages_for_visitors_set_no_cookie_and_do_not_vary_by_one(visitor: FlaskClient) -> None:
    for address in ("/sign-in", "/forgotten-password", "/forgotten-password/x", "/register", "/openapi.json"):
        response = visitor.get(address)
        assert "Set-Cookie" not in response.headers, address
        assert "Cookie" not in response.headers.get("Vary", ""), address


def test_a_session_of_the_framework_signs_nobody_in(site: Flask, visitor: FlaskClient, department: Department) -> None:
    """A cookie that Flask-Login would believe, signed with our own key."""
    forged = site.session_interface.get_signing_serializer(site)  # type: ignore[attr-defined]
    visitor.set_cookie("session", forged.dumps({"_user_id": str(department.director), "_fresh": True}))
    response = visitor.get("/account")
    assert response.location == "/sign-in?next=/account"
    assert visitor.get("/sign-in").status_code == 200


def test_signing_out_ends_the_session(visitor: FlaskClient, unit: UnitOfWork) -> None:
    enter(visitor)
    response = post(visitor, "/sign-out")
    assert response.location == "/"
    assert rows(unit, SignInSession)[0].ended_at is not None
    assert visitor.get("/account").status_code == 303


def test_a_session_ends_by_age_and_what_was_typed_is_kept(visitor: FlaskClient, clock: FrozenClock) -> None:
    enter(visitor)
    token = token_in(visitor.get("/account"))
    clock.advance(hours=ABSOLUTE_LIMIT.total_seconds() / 3600)
    typed = {"language": "en", "csrf_token": token, "password": "secret words"}
    response = visitor.post("/account/language", data=typed, headers=OURS)
    assert response.status_code == 401
    assert 'name="language" value="en"' in response.text
    assert "secret words" not in response.text
    assert 'target="_blank"' in response.text and "/sign-in?next=/account/language" in response.text
