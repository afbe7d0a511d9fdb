"""What all pages share: who is signed in, where one can go, what scripts may run; and whether a page is wanted.

A package's pages are a `Pages` blueprint; its templates use `web/page.html` and the macros beside it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from markupsafe import Markup

from config import tokens
from config.access import VISITOR, as_visitor, current_actor
from config.forms import check_form, form_token
from config.languages import addresses_in_other_languages, for_programs, language
from config.settings import Settings

SMALLEST_COMPRESSED = 1_000  # bytes
TEMPLATES = Path(__file__).parent / "web" / "templates"
CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; connect-src {connections}; "
    "manifest-src 'self'; script-src {scripts}; object-src 'none'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class Pages(Blueprint):
    """A blueprint of HTML pages: its forms are checked, its refusals are pages.

    With `for_visitors` its pages are the same for everybody: who is signed in is not even asked.
    """

    def __init__(self, name: str, import_name: str, *, for_visitors: bool = False, **options: Any) -> None:
        super().__init__(f"{name}_pages", import_name, template_folder="templates", **options)
        if for_visitors:
            self.before_request(as_visitor)
        self.before_request(check_form)


@dataclass(frozen=True)
class NavItem:
    """A place in the menu: an English text, the endpoint, and the permissions of which it needs one (none: anybody)."""

    text: str
    endpoint: str
    permission: str | tuple[str, ...] | None = None
    signed_in: bool = True  # False: visitors only

    def shown(self) -> bool:
        actor = current_actor()
        if self.permission is None:
            return self.signed_in or actor is VISITOR
        permissions = (self.permission,) if isinstance(self.permission, str) else self.permission
        return actor is not VISITOR and any(map(actor.may, permissions))


def register_pages(app: Flask, settings: Settings) -> None:
    """Prepare the templates; packages then register their `Pages`, and add to the menu by `add_to_menu`."""
    app.extensions.setdefault("menu", [])
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        site=settings.site,
        trial=settings.trial,
        language=language,
        addresses_in_other_languages=addresses_in_other_languages,
        menu=menu,
        signed_in=lambda: current_actor() is not VISITOR,
        me=current_actor,
        csrf=csrf_field,
        nonce=script_nonce,
        page_address=page_address,
        clock=lambda: current_app.extensions["unit_of_work"].clock,
    )
    ours = jinja2.FileSystemLoader(TEMPLATES)
    kit = jinja2.PackageLoader("govuk_frontend_jinja")
    app.jinja_loader = jinja2.ChoiceLoader([ours, kit])
    app.after_request(complete_page)


def add_to_menu(app: Flask, *items: NavItem) -> None:
    """Places in the menu, in the order in which packages add them."""
    app.extensions.setdefault("menu", []).extend(items)


def menu() -> list[NavItem]:
    """The places that the caller may go to."""
    return [item for item in current_app.extensions["menu"] if item.shown()]


def page_address(endpoint: str, **values: Any) -> str:
    """The address of a page in the language of this request; None values are left out."""
    return url_for(endpoint, **{name: value for name, value in values.items() if value is not None})


def csrf_field() -> Markup:
    """The hidden field that every form with `method="post"` carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(form_token())


def script_nonce() -> str:
    """The nonce of this response's scripts, for those few that stand in the page itself."""
    if "script_nonce" not in g:
        g.script_nonce = tokens.random_secret()
    return str(g.script_nonce)


def allow_connection(address: str) -> None:
    """Let the scripts of this response, and of no other, connect to this address too (`ws://127.0.0.1:17460`)."""
    g.connections = (*g.get("connections", ()), address)


def wants_page() -> bool:
    """Whether the answer to this request, also a refusal, is for a person's eyes."""
    if for_programs(request.path):
        return False
    if isinstance(current_app.blueprints.get(request.blueprint or ""), Pages):
        return True
    return prefers_html()


def prefers_html() -> bool:
    """The client names HTML, as browsers do; programs that take anything get JSON."""
    if "text/html" not in request.headers.get("Accept", ""):  # most programs, told apart without parsing
        return False
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"] and any(kind == "text/html" for kind, _ in accepted)


def complete_page(response: Response) -> Response:
    """The headers of HTML, and its compression; a response that set its own policy keeps it."""
    if response.mimetype != "text/html":
        return response
    scripts = f"'self' 'nonce-{g.script_nonce}'" if "script_nonce" in g else "'self'"
    connections = " ".join(("'self'", *g.get("connections", ())))
    policy = CSP.format(scripts=scripts, connections=connections)
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("Content-Language", language())
    response.headers.setdefault("Cache-Control", "no-store" if current_actor_known() else "no-cache")
    response.vary.update(["Accept", "Accept-Encoding"])
    if response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    content = response.get_data()
    if len(content) >= SMALLEST_COMPRESSED and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(content, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def current_actor_known() -> bool:
    """Whether this request has asked who calls, and somebody does."""
    return g.get("actor", VISITOR) is not VISITOR
