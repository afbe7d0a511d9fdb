"""The whole web application on a test's unit of work, and a browser without a window: forms are filled in as found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.access import VISITOR, Actor

TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


class _Forms(HTMLParser):
    """Every form of a page: its action, and the fields that are sent when nothing is typed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": given.get("action"), "fields": {}})
        if tag != "input" or not self.forms or "name" not in given:
            return
        if given.get("type") in ("radio", "checkbox") and "checked" not in given:
            return
        if given.get("type") != "file":
            self.forms[-1]["fields"][given["name"]] = given.get("value", "")


@dataclass
class Site:
    """Somebody with a browser: `open` a page, then `send` its form."""

    client: FlaskClient
    actor: Actor = field(default=VISITOR)
    address: str = ""
    page: TestResponse | None = None

    def as_(self, actor: Actor) -> Site:
        self.actor = actor
        return self

    @property
    def html(self) -> str:
        """The main part of the page, as it came."""
        assert self.page is not None
        text = self.page.get_data(as_text=True)
        found = MAIN.search(text)
        return found[0] if found else text

    @property
    def status(self) -> int:
        assert self.page is not None
        return self.page.status_code

    def open(self, address: str) -> Site:
        """Go to a page, through redirections."""
        return self._take(self.client.get(address, follow_redirects=True))

    def fields(self, action: str | None = None) -> dict[str, str]:
        """What the form with this action would send as it stands (without one: the last form)."""
        return dict(self._form(action)["fields"])

    def send(self, typed: dict[str, Any] | None = None, action: str | None = None) -> Site:
        """Fill the form of the page in and send it."""
        form = self._form(action)
        return self.post(form["action"] or self.address, {**form["fields"], **(typed or {})})

    def post(self, address: str, data: dict[str, Any]) -> Site:
        """Send fields to an address; the token is the page's when none is given."""
        assert self.page is not None
        token = TOKEN.search(self.page.get_data(as_text=True))
        data = {"csrf_token": token[1] if token else "", **data}
        return self._take(self.client.post(address, data=data, follow_redirects=True))

    def _form(self, action: str | None) -> dict[str, Any]:
        parser = _Forms()
        parser.feed(self.html)
        found = [form for form in parser.forms if action is None or action in (form["action"] or "")]
        assert found, f"no form in {self.address}"
        return found[-1]

    def _take(self, response: TestResponse) -> Site:
        self.page = response
        self.address = response.request.path if not response.request.script_root else (
            response.request.script_root + response.request.path
        )  # fmt: skip
        return self


def site_of(app: Flask) -> Site:
    """A browser on this application; who is signed in is the test's to say."""
    made = Site(app.test_client())
    app.extensions["actor_loader"] = lambda: made.actor
    return made
