"""Signing in and out in a browser, a forgotten password, and one's own account.

Flask-Security's views do the work of the first; here they are given our addresses and our manners: a form that is
refused has the status of a refusal, and what succeeds goes on by a redirect.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, current_app, g, make_response, redirect, render_template, request
from flask_security import views
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from config.access import begin_work, current_unit, public, requires
from config.account import account_sections
from config.error_pages import safe_next
from config.languages import LANGUAGES, PREFIXES, language, translated
from config.origin import network_of
from config.pages import Pages, page_address
from config.security import clear_sign_in_cookie
from licensing.accounts.choose_language import choose_language
from licensing.accounts.details import FIELDS, stated
from licensing.accounts.errors import TooManyAttempts
from licensing.accounts.queries import account_by_id, address_state, live_sessions, organisations_of
from licensing.accounts.register import register_from_outside
from licensing.accounts.roles import APPLY, MANAGE_ACCESS, OWN_ACCOUNT
from licensing.accounts.rules import session_is_over
from licensing.accounts.sign_out import end_other_sessions, end_session

pages = Pages("accounts", __name__)
# The address of the page holds a secret: it goes to no other address, not even in part (our forms need the origin).
NO_ADDRESS = {"Referrer-Policy": "strict-origin", "Cache-Control": "no-store"}

# The first that is found: most programs also claim to be others.
BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def shown(answer: Any) -> Response:
    """What a view of Flask-Security answers, with the status that our pages have."""
    response: Response = make_response(answer)
    if request.method == "POST" and response.status_code == 200:
        response.status_code = 429 if "retry_after" in g else 422
    if "retry_after" in g:
        response.headers["Retry-After"] = str(g.retry_after)
    return response


def goes_on(response: Response) -> bool:
    """The view was done and sends the browser on."""
    return 300 <= response.status_code < 400


@pages.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in_form")
@pages.route("/sign-in", methods=["GET", "POST"])
@public
def login() -> Any:
    """Sign in, and go on to where one was going."""
    response = shown(views.login())
    if goes_on(response):
        return redirect(where_to(request.args.get("next")), 303)
    return response


def where_to(address: str | None) -> str:
    """Where to go on after signing in; a form that was being sent waits in another tab, and has no page here."""
    onward = safe_next(address)
    if onward is None:
        return page_address("front")
    path = urlsplit(onward).path
    for prefix in PREFIXES.values():
        path = path.removeprefix(prefix) if path.startswith(prefix + "/") else path
    with suppress(NotFound, RequestRedirect):
        try:
            current_app.url_map.bind("").match(path, "GET")
        except MethodNotAllowed:
            return page_address("accounts_pages.signed_in")
    return onward


@pages.get("/signed-in")
@public
def signed_in() -> Any:
    """For whoever signed in again in a new tab, to send a form that waits in the other."""
    return render_template("accounts/signed_in.html")


@pages.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgot_password() -> Any:
    """Ask for a link to choose a new password."""
    response = shown(views.forgot_password())
    if g.get("recovery_asked"):
        return redirect(page_address("accounts_pages.recovery_asked"), 303)
    return response


@pages.get("/forgotten-password/sent")
@public
def recovery_asked() -> Any:
    """What happens next; the same for known and unknown addresses."""
    return render_template("accounts/recovery_asked.html")


@pages.route("/forgotten-password/<token>", methods=["GET", "POST"])
@public
def reset_password(token: str) -> Any:
    """Choose a new password with the link of a mail; a link that is not good any more leads to a new one."""
    response = shown(views.reset_password(token))
    if goes_on(response):
        done = request.method == "POST" and response.location == page_address("accounts_pages.login")
        ended = page_address("accounts_pages.forgot_password", link="ended")
        response = make_response(redirect(page_address("accounts_pages.login", done="new") if done else ended, 303))
    response.headers.update(NO_ADDRESS)
    return response


@pages.route("/register", methods=["GET", "POST"])
@public
def register() -> Any:
    """Open an applicant's account. What is answered does not tell whether the address had one."""
    onward, typed = safe_next(request.args.get("next")), stated(request.form)
    if request.method == "GET":
        return registration_page(typed.typed, {}, onward)
    if typed.faults:
        return registration_page(typed.typed, typed.faults, onward), 422
    try:
        register_from_outside(
            current_unit(),
            network_of(request.remote_addr),
            name=typed.typed["name"],
            email=typed.typed["email"],
            password=request.form["password"],
            phone=typed.typed["phone"],
            language=language(),
            organisation=typed.organisation,
        )
    except TooManyAttempts as refusal:
        g.retry_after = refusal.retry_after
        return shown(registration_page(typed.typed, {"": refusal.in_minutes}, onward))
    return redirect(page_address("accounts_pages.registered", next=onward), 303)


def registration_page(typed: dict[str, str], faults: dict[str, str], onward: str | None) -> str:
    """The form, with what was typed and what is wrong with it."""
    told = {field: translated(text) for field, text in faults.items()}
    summary = [{"text": text, "href": f"#{field or 'name'}"} for field, text in told.items()]
    shown_faults = dict.fromkeys([*FIELDS, "password", "password_again"]) | told
    return render_template("accounts/register.html", typed=typed, faults=shown_faults, summary=summary, next=onward)


@pages.get("/registered")
@public
def registered() -> Any:
    """What happens next; the same for an address that had an account."""
    return render_template("accounts/registered.html", next=safe_next(request.args.get("next")))


@pages.app_template_filter("browser_name")
def browser_name(agent: str) -> str:
    """A program that people know, from what it calls itself; empty when it is none."""
    return next((name for mark, name in BROWSERS if mark in agent), "")


@pages.route("/account/password", methods=["GET", "POST"])
@requires(MANAGE_ACCESS)
def change_password() -> Any:
    """Change the password; other browsers are signed out."""
    response = shown(views.change_password())
    return redirect(page_address("accounts_pages.own_account", done="password"), 303) if goes_on(response) else response


@pages.post("/sign-out")
@requires(MANAGE_ACCESS)
def sign_out() -> Any:
    """Sign out: the session ends in our table, which is the only place that knows of it."""
    with begin_work() as work:
        end_session(work, g.sign_in_session)
    response = make_response(redirect(page_address("front"), 303))
    clear_sign_in_cookie(response)
    return response


@pages.get("/account")
@requires(OWN_ACCOUNT)
def own_account() -> Any:
    """One's own account: who one is, in which browsers one is signed in."""
    with begin_work() as work:
        account = account_by_id(work, work.actor.account_id)
        now = work.clock.now()
        live = live_sessions(work, account.id)
        return render_template(
            "accounts/own_account.html",
            account=account,
            address=address_state(work, account.id),
            may_change_address=work.actor.may(APPLY),
            organisations=organisations_of(work, account.id),
            more=account_sections(),
            sessions=[item for item in live if not session_is_over(item.created_at, item.seen_at, now)],
            current=g.sign_in_session,
            languages=list(LANGUAGES.items()),
        )


@pages.post("/account/language")
@requires(MANAGE_ACCESS)
def keep_language() -> Any:
    """In which language we write to this person."""
    with begin_work() as work:
        choose_language(work, request.form.get("language", ""))
    return redirect(page_address("accounts_pages.own_account", done="language"), 303)


@pages.post("/account/sessions/<uuid:session_id>/end")
@requires(MANAGE_ACCESS)
def end_one_session(session_id: UUID) -> Any:
    """Sign another browser out."""
    with begin_work() as work:
        end_session(work, session_id)
    return redirect(page_address("accounts_pages.own_account", done="session"), 303)


@pages.post("/account/sessions/others/end")
@requires(MANAGE_ACCESS)
def end_all_other_sessions() -> Any:
    """Sign every other browser out."""
    with begin_work() as work:
        end_other_sessions(work, g.sign_in_session)
    return redirect(page_address("accounts_pages.own_account", done="sessions"), 303)
