"""The signed cookie of the framework carries messages to the next page, and nothing else.

Who is signed in stands in a table of ours; whatever a library puts into the framework's session ends with the request.
So no visitor gets a cookie, and no second cookie can keep anybody signed in.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin

FLASHES = "_flashes"


class MessagesOnly(SecureCookieSessionInterface):
    """Keeps flashed messages between two requests."""

    def open_session(self, app: Flask, request: Request) -> Any:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        session = super().open_session(app, request)
        if session is not None and set(session) - {FLASHES}:
            messages = session.get(FLASHES)
            session.clear()
            if messages:
                session[FLASHES] = messages
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        from flask import request

        for name in [name for name in session if name != FLASHES]:
            session.pop(name)
        if session or self.get_cookie_name(app) in request.cookies:
            super().save_session(app, session, response)
