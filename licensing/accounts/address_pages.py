"""Verifying an e-mail address in a browser, having the link sent again, and naming another address.

Programs that look into mails open links before people do: opening one changes nothing, the button on its page does.
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, g, make_response, redirect, render_template, request

from config.access import VISITOR, begin_work, current_actor, current_unit, public, requires
from config.error_pages import safe_next, said
from config.languages import translated
from config.origin import network_of
from config.pages import page_address
from config.sentences import later, say
from licensing.accounts.address_links import AddressLink, read_token
from licensing.accounts.change_address import ask_address_link, change_address, renew_link
from licensing.accounts.errors import (
    AddressLinkEnded,
    AddressTaken,
    DetailsNotAccepted,
    PresentPasswordWrong,
    TooManyAttempts,
)
from licensing.accounts.pages import NO_ADDRESS, pages, shown
from licensing.accounts.queries import address_state
from licensing.accounts.roles import APPLY
from licensing.accounts.verify_address import look_at_link, verify_address

__all__ = ["pages"]
ONE = "/confirm-address/<token>"
SENT = later("The mail is on its way to {address}. Look among unwanted mail too.")
KEPT = later("Your e-mail address stays as it is.")
NOTHING_WAITS = later("Your e-mail address is confirmed already.")
FIELD_OF = {DetailsNotAccepted: "email", PresentPasswordWrong: "password"}


def link_of(token: str) -> AddressLink | None:
    """What the link of a mail says."""
    return read_token(str(current_app.config["SECRET_KEY"]), token)


@pages.get(ONE)
@public
def confirm_address(token: str) -> Any:
    """What the link is for, and the button that does it; the same for who is signed in and who is not."""
    return confirmation_page(token)


@pages.post(ONE)
@public
def confirm_this_address(token: str) -> Any:
    """The address is verified; a second click finds it so."""
    try:
        with current_unit().begin(VISITOR) as work:
            verify_address(work, link_of(token))
    except AddressLinkEnded:
        return confirmation_page(token, status=404)
    except AddressTaken as refusal:
        return confirmation_page(token, fault=said(refusal), status=409)
    response = redirect(page_address("accounts_pages.confirm_address", token=token, done="now"), 303)
    response.headers.update(NO_ADDRESS)
    return response


@pages.post(f"{ONE}/again")
@public
def renew_address_link(token: str) -> Any:
    """Another link, to where the one that is too old was sent."""
    try:
        with current_unit().begin(VISITOR) as work:
            renewed = renew_link(work, link_of(token), network_of(request.remote_addr))
    except TooManyAttempts as refusal:
        g.retry_after = refusal.retry_after
        return shown(confirmation_page(token, fault=refusal.in_minutes))
    if not renewed:
        return confirmation_page(token)
    response = redirect(page_address("accounts_pages.address_link_sent"), 303)
    response.headers.update(NO_ADDRESS)
    return response


@pages.get("/confirm-address")
@public
def address_link_sent() -> Any:
    """A new link is on its way."""
    return render_template("accounts/confirm_address.html", state="sent", fault=None)


def confirmation_page(token: str, fault: str | None = None, status: int = 200) -> Response:
    """The page of a link as it stands; it names nobody where the link has ended."""
    with current_unit().begin(VISITOR) as work:
        found = look_at_link(work, link_of(token))
        body = render_template(
            "accounts/confirm_address.html",
            state=found.state,
            address=found.address,
            name=found.account.name if found.account else "",
            token=token,
            just_now=request.args.get("done") == "now",
            fault=fault,
        )
    response = make_response(body, status)
    response.headers.update(NO_ADDRESS)
    return response


@pages.post("/account/address/mail")
@requires(APPLY)
def send_address_link() -> Any:
    """Send the link again, and go back to where that was asked for."""
    back = safe_next(request.form.get("next")) or page_address("accounts_pages.own_account")
    try:
        with begin_work() as work:
            address = ask_address_link(work, network_of(request.remote_addr))
    except TooManyAttempts as refusal:
        flash(translated(refusal.in_minutes), "warning")
    else:
        flash(translated(say(SENT, address=address)) if address else NOTHING_WAITS, "success")
    return redirect(back, 303)


@pages.get("/account/address")
@requires(APPLY)
def new_address() -> Any:
    """Name another address."""
    return new_address_page("", {})


@pages.post("/account/address")
@requires(APPLY)
def name_new_address() -> Any:
    """Have a link sent to the new address; nothing changes before it is opened."""
    typed = request.form.get("email", "").strip()
    try:
        change_address(
            current_unit(),
            current_actor(),
            typed,
            request.form.get("password", ""),
            network_of(request.remote_addr),
        )
    except (DetailsNotAccepted, PresentPasswordWrong) as refusal:
        return make_response(new_address_page(typed, {FIELD_OF[type(refusal)]: said(refusal)}), 422)
    except TooManyAttempts as refusal:
        g.retry_after = refusal.retry_after
        return shown(new_address_page(typed, {"": refusal.in_minutes}))
    with begin_work() as work:
        waiting = address_state(work, work.actor.account_id).new_email
    flash(translated(say(SENT, address=waiting)) if waiting else KEPT, "success")
    return redirect(page_address("accounts_pages.own_account"), 303)


def new_address_page(typed: str, faults: dict[str, str]) -> str:
    """The form, with what was typed and what is wrong with it."""
    told = {field: translated(text) for field, text in faults.items()}
    with begin_work() as work:
        return render_template(
            "accounts/new_address.html",
            address=address_state(work, work.actor.account_id),
            typed=typed,
            faults={"email": None, "password": None} | told,
            summary=[{"text": text, "href": f"#{field or 'email'}"} for field, text in told.items()],
        )
