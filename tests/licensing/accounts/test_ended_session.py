"""A form whose session ended by age is sent with one click by the same account; one that was ended is not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.access import SYSTEM, Actor
from config.clock import FrozenClock
from config.unit_of_work import UnitOfWork
from licensing.accounts.change_password import change_password
from licensing.accounts.close_account import close_account
from licensing.accounts.models import Account, SignInSession
from licensing.accounts.rules import ABSOLUTE_LIMIT, COOKIE_LASTS, IDLE_LIMIT
from licensing.accounts.sign_in import sign_in
from licensing.accounts.sign_out import end_session
from tests.licensing.accounts.conftest import PASSWORD, Department
from tests.licensing.accounts.visiting import OURS, enter, happened, rows, token_in

ADDRESS = "/account/language"


def kept(visitor: FlaskClient) -> tuple[int, str]:
    """Send a form of the page that was open; the status, and the token of the page that keeps what was typed."""
    sent = {"language": "en", "csrf_token": visitor.environ_base["antin.token"]}
    page = visitor.post(ADDRESS, data=sent, headers=OURS)
    found = re.search(r'<main.*name="csrf_token" value="([^"]*)"', page.text, re.DOTALL)
    return page.status_code, found[1] if found else ""


@pytest.fixture
def waiting(visitor: FlaskClient) -> FlaskClient:
    """Somebody with a form open."""
    enter(visitor)
    visitor.environ_base["antin.token"] = token_in(visitor.get("/account"))
    return visitor


@pytest.mark.parametrize("age", [IDLE_LIMIT, ABSOLUTE_LIMIT, COOKIE_LASTS * 0.99])
def test_after_the_session_s_age_one_click_is_enough(
    waiting: FlaskClient, unit: UnitOfWork, clock: FrozenClock, age: object
) -> None:
    clock.advance(seconds=age.total_seconds())  # type: ignore[attr-defined]
    status, token = kept(waiting)
    assert status == 401 and token
    assert waiting.post(ADDRESS, data={"language": "en", "csrf_token": token}, headers=OURS).status_code == 401
    enter(waiting)
    done = waiting.post(ADDRESS, data={"language": "en", "csrf_token": token}, headers=OURS)
    assert (done.status_code, done.location) == (303, "/account?done=language")
    assert rows(unit, Account, login="binh.tran")[0].language == "en"


def test_somebody_else_who_signs_in_sends_nothing(
    waiting: FlaskClient, unit: UnitOfWork, clock: FrozenClock, department: Department
) -> None:
    clock.advance(hours=1)
    _, token = kept(waiting)
    with unit.begin(SYSTEM) as work:
        hashed = work.session.get_one(Account, department.director).password_hash
        work.session.get_one(Account, department.clerk).password_hash = hashed
    assert enter(waiting, login="an.vu").status_code == 303
    refused = waiting.post(ADDRESS, data={"language": "en", "csrf_token": token}, headers=OURS)
    assert refused.status_code == 403
    assert {row.language for row in rows(unit, Account)} == {"vi"}


def signed_out(unit: UnitOfWork, account: Account, session: SignInSession) -> None:
    with unit.begin(Actor(account.id)) as work:
        end_session(work, session.id)


def password_changed(unit: UnitOfWork, account: Account, session: SignInSession) -> None:
    with unit.begin(SYSTEM) as work:
        change_password(work, account.id, "x", was=account.password_hash, keep=None)


def closed(unit: UnitOfWork, account: Account, session: SignInSession) -> None:
    with unit.begin(SYSTEM) as work:
        close_account(work, account.id)


def inactive(unit: UnitOfWork, account: Account, session: SignInSession) -> None:
    with unit.begin(SYSTEM) as work:
        work.session.get_one(Account, account.id).active = False


@pytest.mark.parametrize("end", [signed_out, password_changed, closed, inactive])
def test_whose_session_was_ended_otherwise_gets_no_such_page(
    waiting: FlaskClient, unit: UnitOfWork, clock: FrozenClock, end: Callable[..., None]
) -> None:
    (session,), (account,) = rows(unit, SignInSession), rows(unit, Account, login="binh.tran")
    end(unit, account, session)
    for hours in (0, 1):
        clock.advance(hours=hours)
        assert kept(waiting) == (401, "")


def test_a_session_of_another_browser_does_not_help(
    waiting: FlaskClient, unit: UnitOfWork, site: Flask, clock: FrozenClock
) -> None:
    sign_in(unit, "binh.tran", PASSWORD, "192.0.2.9")
    clock.advance(hours=1)
    waiting.delete_cookie("antin")
    assert kept(waiting) == (401, "")
    assert happened(unit, "SignedIn") == 2
