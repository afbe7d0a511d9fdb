"""Messages reach the next page; nothing else of the framework's session outlives its request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, flash, get_flashed_messages, session
from flask.testing import FlaskClient

from config.flashes import MessagesOnly


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    app.secret_key = "k" * 40
    app.session_interface = MessagesOnly()

    def view(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
        return app.get(f"/{name}")

    @view("say")
    def say() -> str:
        flash("Done.", "success")
        session["_user_id"] = "somebody"
        return ""

    @view("read")
    def read() -> str:
        return " ".join([*get_flashed_messages(), *(f"{key}" for key in session if key != "_flashes")])

    @view("remember")
    def remember() -> str:
        session["_user_id"] = "somebody"
        return ""

    return app.test_client()


def test_a_message_is_shown_once_and_its_cookie_goes(client: FlaskClient) -> None:
    client.get("/say")
    response = client.get("/read")
    assert response.text == "Done."
    assert "session=;" in response.headers["Set-Cookie"]
    assert client.get("/read").text == ""


def test_a_visitor_gets_no_cookie_and_no_page_varies_by_one(client: FlaskClient) -> None:
    for path in ("/read", "/remember"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers and "Vary" not in response.headers


def test_what_a_library_keeps_ends_with_the_request(client: FlaskClient) -> None:
    client.get("/say")
    client.get("/remember")
    assert client.get("/read").text == "Done."
