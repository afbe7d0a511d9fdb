"""What every request must be and every response carries."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, g, jsonify, request
from flask.testing import FlaskClient

from config.access import VISITOR, Actor
from config.problems import ProblemApi, register_problem_handlers
from config.security import (
    FORM_TEXT_LIMIT,
    JSON_LIMIT,
    clear_sign_in_cookie,
    describe_security,
    refuse_other_sites,
    register_security,
    set_sign_in_cookie,
)
from config.settings import Settings

OPENAPI = {"API_TITLE": "t", "API_VERSION": "1", "OPENAPI_VERSION": "3.1.0"}


def build(settings: Settings) -> Flask:
    """An application of a few views behind our checks."""
    app = Flask(__name__, static_folder=None)
    app.config.update(OPENAPI)
    register_security(app, settings)
    register_problem_handlers(app)
    describe_security(ProblemApi(app), app)

    @app.route("/echo", methods=["GET", "POST"])
    @app.route("/echo/<path:rest>", methods=["GET", "POST"])
    def echo(rest: str = "") -> Response:
        return jsonify(json=request.get_json(silent=True), form=request.form, rest=rest)

    @app.post("/enter")
    def enter() -> Response:
        refuse_other_sites()
        response = Response(status=204)
        set_sign_in_cookie(response, "secret", timedelta(hours=12))
        return response

    @app.post("/leave")
    def leave() -> Response:
        response = Response(status=204)
        clear_sign_in_cookie(response)
        return response

    @app.get("/page")
    def page() -> Response:
        g.actor = Actor("somebody") if request.args.get("who") else VISITOR
        return Response("<p>", headers={"Content-Security-Policy": "default-src 'self'"})

    return app


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return build(dataclasses.replace(settings, public_url="http://localhost:8000")).test_client()


@pytest.fixture
def https_client(settings: Settings) -> FlaskClient:
    return build(dataclasses.replace(settings, public_url="https://localhost")).test_client()


def cookie_of(response: Any) -> str:
    return str(response.headers["Set-Cookie"])


def test_responses_tell_browsers_to_do_nothing_with_them(client: FlaskClient) -> None:
    for response in (client.get("/echo"), client.get("/nothing")):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in response.headers


def test_a_view_may_set_its_own_policy_and_https_is_pinned(client: FlaskClient, https_client: FlaskClient) -> None:
    assert client.get("/page").headers["Content-Security-Policy"] == "default-src 'self'"
    assert https_client.get("/page").headers["Strict-Transport-Security"].startswith("max-age=")


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(client: FlaskClient) -> None:
    assert "Cache-Control" not in client.get("/page").headers
    assert client.get("/page?who=me").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("host", "status"), [("localhost", 200), ("127.0.0.1:8000", 200), ("evil.example", 400)])
def test_only_our_own_hosts_are_answered(client: FlaskClient, host: str, status: int) -> None:
    response = client.get("/echo", headers={"Host": host})
    assert response.status_code == status
    assert status == 200 or response.content_type == "application/problem+json"


def test_the_cookie_is_out_of_reach(client: FlaskClient, https_client: FlaskClient) -> None:
    plain, secure = cookie_of(client.post("/enter")), cookie_of(https_client.post("/enter"))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert part in plain and part in secure
    assert plain.startswith("antin=") and "Secure" not in plain
    assert secure.startswith("__Host-antin=") and "Secure" in secure and "Domain" not in secure
    assert client.post("/enter").headers["Cache-Control"] == "no-store"
    taken = cookie_of(client.post("/leave", headers={"Origin": "http://localhost:8000"}))
    assert taken.startswith("antin=;") and "Max-Age=0" in taken


PROOFS = [
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Origin": "http://localhost:8000"}, 200),  # PUBLIC_URL
    ({"Origin": "http://localhost"}, 200),  # the host that was asked
    ({"Authorization": "Bearer x"}, 200),  # the cookie is not looked at then
    ({}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "none"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "http://localhost.evil.example"}, 403),
    ({"Origin": "http://localhost:8001"}, 403),
    ({"Origin": "null"}, 403),
    ({"Referer": "http://localhost:8000/"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), PROOFS)
def test_a_change_that_a_cookie_authorises_must_come_from_our_own_pages(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/echo", headers=headers).status_code == 200  # without the cookie
    client.set_cookie("antin", "secret")
    assert client.post("/echo", headers=headers).status_code == status
    assert client.get("/echo", headers=headers).status_code == 200


def test_no_other_site_signs_anybody_in(client: FlaskClient) -> None:
    assert client.post("/enter").status_code == 204
    client.delete_cookie("antin")
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        response = client.post("/enter", headers=headers)
        assert response.status_code == 403 and response.get_json()["type"] == "/problems/cross-site-request"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_json_that_is_loose_is_refused_as_a_problem(client: FlaskClient, body: bytes) -> None:
    for kind in ("application/json", "application/merge-patch+json"):
        response = client.post("/echo", data=body, content_type=kind)
        assert response.status_code == 400
        assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("value", [{"tên": "Đặng \U0001f9fe"}, ["\x01"], 1.5, None, [[[[]]]], {}])
def test_json_that_is_strict_passes(client: FlaskClient, value: Any) -> None:
    response = client.post("/echo", data=json.dumps(value), content_type="application/json")
    assert response.status_code == 200 and response.get_json()["json"] == value


def streamed(body: bytes) -> dict[str, Any]:
    """A body whose length is not told beforehand."""
    import io

    return {"input_stream": io.BytesIO(body), "environ_overrides": {"wsgi.input_terminated": True}}


@pytest.mark.parametrize("send", [lambda body: {"data": body}, streamed])
def test_a_large_body_is_refused(
    client: FlaskClient, settings: Settings, send: Callable[[bytes], dict[str, Any]]
) -> None:
    words = b'"' + b"a" * JSON_LIMIT + b'"'
    assert client.post("/echo", content_type="application/json", **send(words)).status_code == 413
    text = b"a=" + b"b" * FORM_TEXT_LIMIT
    form = client.post("/echo", content_type="application/x-www-form-urlencoded", **send(text))
    assert form.status_code == 413


def test_an_upload_has_its_own_limit(settings: Settings) -> None:
    client = build(dataclasses.replace(settings, upload_limit=1000)).test_client()
    assert client.post("/echo", data={"file": (__file__, "x")}).status_code == 200
    response = client.post("/echo", data=b"x" * 101_001, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/echo/a%00b", 404),
        ("/echo/a%0Ab", 404),
        ("/echo?x=%00", 400),
        ("/echo?%7F=1", 400),
        ("/echo/%C4%91?x=%E1", 200),
    ],
)
def test_addresses_with_control_characters_reach_no_view(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status
