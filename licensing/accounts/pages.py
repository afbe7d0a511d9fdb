"""Signing in and out in a browser."""

from __future__ import annotations

from typing import Any

from flask import g, make_response, redirect, render_template, request

from config.access import begin_work, current_unit, public, requires
from config.error_pages import safe_next, said
from config.pages import Pages, page_address
from config.security import clear_sign_in_cookie, set_sign_in_cookie
from licensing.accounts.errors import SignInFailed, TooManyAttempts
from licensing.accounts.queries import account_by_id
from licensing.accounts.roles import MANAGE_ACCESS, OWN_ACCOUNT
from licensing.accounts.rules import ABSOLUTE_LIMIT, network_of
from licensing.accounts.sign_in import sign_in
from licensing.accounts.sign_out import end_session

pages = Pages("accounts", __name__)


@pages.get("/sign-in")
@public
def sign_in_form() -> Any:
    """The form to sign in."""
    return render_template("accounts/sign_in.html", next=safe_next(request.args.get("next")), login="", fault=None)


@pages.post("/sign-in")
@public
def sign_in_page() -> Any:
    """Sign in and go on to where one was going."""
    form, onward = request.form, safe_next(request.args.get("next"))
    login, browser = form.get("login", ""), request.headers.get("User-Agent", "")
    try:
        begun = sign_in(current_unit(), login, form.get("password", ""), network_of(request.remote_addr), browser)
    except (SignInFailed, TooManyAttempts) as refusal:
        status = 429 if isinstance(refusal, TooManyAttempts) else 422
        page = render_template("accounts/sign_in.html", next=onward, login=login, fault=said(refusal))
        return make_response(page, status)
    response = make_response(redirect(onward or page_address("front"), 303))
    set_sign_in_cookie(response, begun.secret, ABSOLUTE_LIMIT)
    return response


@pages.post("/sign-out")
@requires(MANAGE_ACCESS)
def sign_out() -> Any:
    """Sign out."""
    with begin_work() as work:
        end_session(work, g.sign_in_session)
    response = make_response(redirect(page_address("front"), 303))
    clear_sign_in_cookie(response)
    return response


@pages.get("/account")
@requires(OWN_ACCOUNT)
def own_account() -> Any:
    """One's own account."""
    with begin_work() as work:
        account = account_by_id(work, work.actor.account_id)
        return render_template("accounts/own_account.html", account=account)
