"""A form is taken only with the token of its own session; what was typed is never lost, secrets are never repeated."""

from __future__ import annotations

import base64
import html
import re

import pytest
from flask.testing import FlaskClient

from config.settings import Settings
from tests.config.shell import build

PILOT = {"Who": "pilot"}


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return build(settings).test_client()


def token(client: FlaskClient, who: str = "pilot") -> str:
    found = re.search('name="csrf_token" value="([^"]*)"', client.get("/fly", headers={"Who": who}).text)
    assert found is not None
    return found[1]


def test_the_right_token_is_taken_and_looks_new_each_time(client: FlaskClient) -> None:
    one, other = token(client), token(client)
    assert one != other
    assert all(len(base64.urlsafe_b64decode(given)) == 64 for given in (one, other))
    for given in (one, other, one):
        response = client.post("/fly", data={"name": "Sáo", "csrf_token": given}, headers=PILOT)
        assert response.status_code == 200 and "flown Sáo" in response.text


def wrong_tokens(client: FlaskClient) -> list[str]:
    right = base64.urlsafe_b64decode(token(client))
    return [
        "",
        "x",
        "é" * 20,
        "A" * 88,
        token(client, "pilot of another session"),
        base64.urlsafe_b64encode(right[:-1]).decode(),
        base64.urlsafe_b64encode(right + b"x").decode(),
        base64.urlsafe_b64encode(right[:-1] + bytes([right[-1] ^ 1])).decode(),
        base64.urlsafe_b64encode(bytes(64)).decode(),
    ]


def test_every_other_token_is_refused_and_nothing_is_lost(client: FlaskClient) -> None:
    for given in wrong_tokens(client):
        typed = {"name": 'Sáo "<b>&', "csrf_token": given}
        response = client.post("/fly", data=typed, headers=PILOT)
        assert response.status_code == 403, given
        assert "flown" not in response.text
        assert f'name="name" value="{html.escape(typed["name"]).replace("&quot;", "&#34;")}"' in response.text
    assert client.post("/fly", data={"name": "x"}, headers=PILOT).status_code == 403  # none at all


def test_the_page_that_refused_can_send_it_again(client: FlaskClient) -> None:
    page = client.post("/en/fly?from=a", data={"name": "Sáo", "csrf_token": "old"}, headers=PILOT)
    assert 'action="/en/fly?from=a"' in page.text
    fresh = re.search('<form method="post" action="/en/fly.*?name="csrf_token" value="([^"]*)"', page.text, re.DOTALL)
    assert fresh is not None
    again = client.post("/en/fly?from=a", data={"name": "Sáo", "csrf_token": fresh[1]}, headers=PILOT)
    assert "flown Sáo" in again.text


def test_secrets_and_files_are_not_written_into_a_page(client: FlaskClient) -> None:
    typed = {"name": "kept", "password": "s3cret1", "password_again": "s3cret2", "pin": "s3cret3"}
    page = client.post("/fly", data=typed | {"csrf_token": "old"}, headers=PILOT).text
    assert "kept" in page and "s3cret" not in page and 'value="old"' not in page


def test_many_values_of_one_name_are_kept_in_their_order(client: FlaskClient) -> None:
    page = client.post("/fly", data={"item": ["b", "a", "b"], "csrf_token": "old"}, headers=PILOT).text
    assert re.findall('name="item" value="(.)"', page) == ["b", "a", "b"]


def test_a_visitor_needs_no_token_but_must_come_from_here(client: FlaskClient) -> None:
    assert client.post("/open", data={"a": "1"}).status_code == 200
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert client.post("/open", data={"a": "1"}, headers=headers).status_code == 403
    assert client.post("/open", data={"a": "1"}, headers={"Origin": "http://localhost"}).status_code == 200


def test_another_site_is_refused_even_with_the_right_token(client: FlaskClient) -> None:
    given = {"name": "x", "csrf_token": token(client)}
    response = client.post("/fly", data=given, headers=PILOT | {"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert 'name="name" value="x"' not in response.text  # another site's words are not offered to be sent


def test_a_visitor_s_page_carries_no_token(client: FlaskClient) -> None:
    assert "csrf_token" not in client.get("/open").text
