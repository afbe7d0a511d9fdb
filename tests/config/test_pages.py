"""Pages: who gets one, what stands in the menu, what the browser is told, and how much is sent."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Settings
from tests.config.shell import LONG, build

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return build(settings).test_client()


WANTS = [
    ("/nothing", FIREFOX, True),
    ("/nothing", "text/html", True),
    ("/nothing", "*/*", False),
    ("/nothing", None, False),
    ("/nothing", "application/json", False),
    ("/nothing", "application/json, text/html;q=0.5", False),
    ("/nothing", "text/html;q=0.5, application/json;q=0.4", True),
    ("/nothing", "text/*", False),
    ("/nothing", "rubbish/;;q=x", False),
    ("/v1/nothing", FIREFOX, False),
    ("/log/nothing", FIREFOX, False),
    ("/static/nothing", FIREFOX, False),
    ("/raise/404", "*/*", True),
    ("/raise/404", "application/json", True),
]


@pytest.mark.parametrize(("path", "accept", "page"), WANTS)
def test_people_get_pages_and_programs_get_problems(
    client: FlaskClient, path: str, accept: str | None, page: bool
) -> None:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == 404
    assert response.mimetype == ("text/html" if page else "application/problem+json")


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [("", "/sign-in", "/fly"), ("pilot", "/fly", ">Đăng nhập<"), ("guest", "Đăng xuất", "/fly")],
)
def test_the_menu_has_what_one_may_do(client: FlaskClient, who: str, shown: str, hidden: str) -> None:
    text = client.get("/open", headers={"Who": who}).text
    assert shown in text and hidden not in text


def test_the_place_where_one_is_is_marked_in_both_languages(client: FlaskClient) -> None:
    for prefix in ("", "/en"):
        text = client.get(f"{prefix}/fly", headers={"Who": "pilot"}).text
        assert re.search(f'<a href="{prefix}/fly" aria-current="page">', text)
        assert 'aria-current="page"' not in client.get(f"{prefix}/open", headers={"Who": "pilot"}).text


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


def test_nothing_runs_that_is_not_ours(client: FlaskClient) -> None:
    policy = directives(client.get("/open").headers["Content-Security-Policy"])
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'" and policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy) and "*" not in str(policy)


def test_a_script_in_a_page_has_a_nonce_of_that_answer_alone(client: FlaskClient) -> None:
    seen = set()
    for _ in range(2):
        response = client.get("/nonce")
        nonce = re.search('nonce="([^"]+)"', response.text)
        assert nonce is not None and len(nonce[1]) >= 22
        assert directives(response.headers["Content-Security-Policy"])["script-src"] == f"'self' 'nonce-{nonce[1]}'"
        seen.add(nonce[1])
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("accepted", "compressed"), [("gzip, br", True), ("gzip;q=0", False), ("identity", False), ("*", True), ("", False)]
)
def test_pages_are_compressed_for_whoever_can_read_it(client: FlaskClient, accepted: str, compressed: bool) -> None:
    response = client.get("/open", headers={"Accept-Encoding": accepted})
    assert (response.headers.get("Content-Encoding") == "gzip") is compressed
    content = gzip.decompress(response.data) if compressed else response.data
    assert LONG.encode() in content
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert {"Accept", "Accept-Encoding"} <= set(response.headers["Vary"].replace(" ", "").split(","))


def test_a_program_s_answer_is_left_alone(client: FlaskClient) -> None:
    response = client.get("/v1/kites", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers and "Content-Language" not in response.headers
    assert "script-src" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/en/", "/open", "/sign-in", "/nothing", "/raise/503", "/static/site.css"])
def test_a_visitor_gets_no_cookie(client: FlaskClient, path: str) -> None:
    assert "Set-Cookie" not in client.get(path, headers={"Accept": FIREFOX}).headers


def test_what_somebody_signed_in_sees_is_not_kept(client: FlaskClient) -> None:
    assert client.get("/fly", headers={"Who": "pilot"}).headers["Cache-Control"] == "no-store"
    assert client.get("/open").headers["Cache-Control"] == "no-cache"


def test_a_message_that_was_left_twice_is_said_once(client: FlaskClient) -> None:
    left = [("success", "Done."), ("success", "Done."), ("warning", "Done."), ("success", "done.")]
    with client.session_transaction() as session:
        session["_flashes"] = [*left, left[0]]
    text = client.get("/fly", headers={"Who": "pilot"}).text
    shown = re.findall(r'notice--(\w+)" role="status"><p>(\w+\.)', text)
    assert shown == [("success", "Done."), ("warning", "Done."), ("success", "done.")]


def test_head_tells_the_same_as_get(client: FlaskClient) -> None:
    head, get = client.head("/open"), client.get("/open")
    assert head.data == b"" and head.headers["Content-Security-Policy"] == get.headers["Content-Security-Policy"]


def test_no_template_writes_undefined_names(settings: Settings) -> None:
    app: Flask = build(settings)
    with app.test_request_context("/"), pytest.raises(Exception, match="undefined"):
        app.jinja_env.from_string("{{ nobody_gave_this }}").render()
