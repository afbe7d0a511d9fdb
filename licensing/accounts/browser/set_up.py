"""Flask-Security in this installation: which of its parts are used, and where they meet our sessions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, after_this_request, g, request
from flask_security import Security, url_for_security, user_authenticated
from flask_security.utils import set_request_attr

from config.access import VISITOR, current_actor, current_unit
from config.flashes import MessagesOnly
from config.security import set_sign_in_cookie
from licensing.accounts.browser.forms import AskRecoveryForm, NewPasswordForm, OurPasswords, PasswordForm, SignInForm
from licensing.accounts.browser.store import Accounts, Person
from licensing.accounts.browser.words import Words
from licensing.accounts.queries import account_by_id
from licensing.accounts.recovery_links import SALT
from licensing.accounts.rules import COOKIE_LASTS, PASSWORD_MIN, RECOVERY_LASTS
from licensing.accounts.sign_in import begin_session

PAGES = "accounts_pages"  # our blueprint: Flask-Security's views are views of ours
SETTINGS: dict[str, Any] = {
    "BLUEPRINT_NAME": PAGES,
    "CHANGEABLE": True,
    "RECOVERABLE": True,
    "RETURN_GENERIC_RESPONSES": True,
    "PASSWORD_LENGTH_MIN": PASSWORD_MIN,
    "PASSWORD_NORMALIZE_FORM": "NFKD",
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "DEPRECATED_PASSWORD_SCHEMES": [],
    "PASSWORD_SINGLE_HASH": True,
    "RESET_SALT": SALT,
    "RESET_PASSWORD_WITHIN": RECOVERY_LASTS,
    "API_ENABLED_METHODS": ["session"],
    # Mails are sent by jobs, messages stand on the page; no view leaves a cookie for either.
    "SEND_PASSWORD_CHANGE_EMAIL": False,
    "SEND_PASSWORD_RESET_EMAIL": False,
    "SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
    "FLASH_MESSAGES": False,
    "CLI_USERS_NAME": False,
    "CLI_ROLES_NAME": False,
}


def register_security_pages(app: Flask) -> None:
    """Set Flask-Security up behind our own blueprint of pages, which is registered before."""
    app.config.update({f"SECURITY_{name}": value for name, value in SETTINGS.items()})
    app.config["WTF_CSRF_ENABLED"] = False  # our shell checks every form
    app.session_interface = MessagesOnly()
    security = Security(
        app,
        Accounts(),
        register_blueprint=False,
        login_form=SignInForm,
        forgot_password_form=AskRecoveryForm,
        reset_password_form=NewPasswordForm,
        change_password_form=PasswordForm,
        password_util_cls=OurPasswords,
    )
    security.i18n_domain = Words(app)  # type: ignore[no-untyped-call]
    security.want_json(lambda _: False)
    security.login_manager.request_loader(person_of_session)
    # What it does on every request of the site, for roles and "remember me" that we do not have.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.jinja_env.globals.update(
        _fsdomain=security.i18n_domain.gettext, url_for_security=url_for_security, security=security
    )
    # Only its templates, behind ours: `security/base.html` and the macros there are our own.
    app.register_blueprint(Blueprint("security_templates", "flask_security", template_folder="templates"))
    user_authenticated.connect(begin_our_session, app)


def person_of_session(_: Any) -> Person | None:
    """Flask-Security's `current_user` is whoever our session says, and only on the pages of accounts."""
    if request.blueprint != PAGES:
        return None
    actor = current_actor()
    session_id = g.get("sign_in_session")
    if actor is VISITOR or session_id is None:
        return None
    with current_unit().begin(actor) as work:
        person = Person(account_by_id(work, actor.account_id), session=session_id)
    set_request_attr("fs_authn_via", "session")
    return person


def begin_our_session(_: Flask, user: Person, **__: Any) -> None:
    """Flask-Security has verified somebody, by whatever means: our session begins, and our cookie goes out."""
    if user.session is not None or user.attempt is None:
        return  # signed in already: the password was changed
    browser = request.headers.get("User-Agent", "")
    begun = begin_session(current_unit(), user.account, user.attempt, user.renewed, browser)

    @after_this_request
    def hand_out(response: Response) -> Response:
        set_sign_in_cookie(response, begun.secret, COOKIE_LASTS)
        return response
