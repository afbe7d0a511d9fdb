"""An application with the shell of all pages and a few pages of its own; the header `Who` says who is signed in.

`Gone` says whose session has ended by age.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, abort, g, jsonify, render_template_string, request

from config.access import VISITOR, Actor, current_actor, public, requires
from config.errors import Conflict, NotAllowed, NotFound, RuleBroken, Unavailable
from config.front import register_front
from config.languages import register_languages
from config.pages import NavItem, Pages, add_to_menu, register_pages
from config.problems import register_problem_handlers
from config.security import register_security
from config.send_again import EndedSession
from config.sentences import later, say
from config.settings import Settings
from config.static import register_static

RAISED = {
    "403": NotAllowed("no"),
    "404": NotFound("There is no such thing here."),
    "409": Conflict("no"),
    "422": RuleBroken(say("At least {count} of <b>{name}</b>.", count=2, name="<i>&</i>")),
    "503": Unavailable("no"),
}
LONG = "Diều sáo. " * 300


class StandingClock:
    """Error pages name the time."""

    at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class FakeUnit:
    def __init__(self) -> None:
        self.clock = StandingClock()


def build(settings: Settings) -> Flask:
    """All of the shell, none of the service."""
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="k" * 40)
    app.extensions.update(settings=settings, actor_loader=load, unit_of_work=FakeUnit())
    app.extensions["sign_in_endpoint"] = "accounts_pages.sign_in_form"
    register_security(app, settings)
    register_languages(app)
    register_pages(app, settings)
    register_static(app, settings)
    register_front(app)
    register_problem_handlers(app)
    app.register_blueprint(_accounts())
    app.register_blueprint(_kites())
    app.add_url_rule("/v1/raise/<kind>", view_func=fail)
    app.add_url_rule("/v1/fly", view_func=requires("fly")(lambda: jsonify(flown=1)), endpoint="fly_api")
    app.add_url_rule("/v1/kites", view_func=public(lambda: jsonify(kites=1)), endpoint="kites_api")
    add_to_menu(
        app,
        NavItem(later("Sign in"), "accounts_pages.sign_in_form", signed_in=False),
        NavItem("Fly", "kites_pages.fly", "fly"),
    )
    return app


def load() -> Actor:
    who = request.headers.get("Who", "")
    if gone := request.headers.get("Gone", ""):
        g.ended_session = EndedSession(f"session of {gone}", gone)
    if not who:
        return VISITOR
    g.sign_in_session = f"session of {who}"
    permissions = {"fly"} if who.startswith("pilot") else {"look"}
    return Actor(who, who, {"": frozenset(permissions)})


def _accounts() -> Pages:
    pages = Pages("accounts", __name__)

    @pages.get("/sign-in")
    @public
    def sign_in_form() -> str:
        return page("Sign in")

    @pages.post("/sign-out")
    @public
    def sign_out() -> str:
        return ""

    @pages.get("/account")
    @public
    def own_account() -> str:
        return page("Account")

    return pages


def _kites() -> Pages:
    pages = Pages("kites", __name__)

    @pages.route("/fly", methods=["GET", "POST"])
    @requires("fly")
    def fly() -> str:
        current_actor()
        return page(f"flown {request.form.get('name', '')} {{{{ csrf() }}}}")

    @pages.route("/open", methods=["GET", "POST"])
    @public
    def everybody() -> str:
        return page(LONG)

    @pages.get("/nonce")
    @public
    def with_script() -> str:
        return page('<script nonce="{{ nonce() }}">1</script>')

    pages.add_url_rule("/raise/<kind>", view_func=fail)
    return pages


@public
def fail(kind: str) -> str:
    """Whatever may go wrong, by its status."""
    if kind in RAISED:
        raise RAISED[kind]
    if kind == "bug":
        raise KeyError("a secret of ours")
    abort(int(kind))


def page(content: str) -> str:
    """A page with the frame around it."""
    return render_template_string(
        "{% extends 'web/page.html' %}{% block title %}t{% endblock %}{% block content %}<h1>t</h1>"
        + content
        + "{% endblock %}"
    )
