"""What was typed when a session ended is sent with one click: by the same account, unchanged, there, for an hour."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from config.send_again import LASTS, Sending, again_token, is_good
from config.settings import Settings
from tests.config.shell import build

KEY = b"k" * 40
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
FIELDS = st.lists(st.tuples(st.text(), st.text()), max_size=4)
SENDINGS = st.builds(Sending, st.text(), st.sampled_from(["POST", "PUT"]), st.text(), FIELDS)
TYPED = {"name": 'Diều <sáo>\r\n "một"', "pin": "123456"}


@given(SENDINGS, st.integers(0, int(LASTS.total_seconds()) - 1))
def test_it_is_good_for_what_it_was_made_for_and_an_hour_long(sending: Sending, seconds: int) -> None:
    token = again_token(KEY, sending, NOW)
    assert is_good(KEY, token, sending, NOW + timedelta(seconds=seconds))
    assert not is_good(KEY, token, sending, NOW + LASTS)


@given(SENDINGS, SENDINGS)
def test_it_is_good_for_nothing_else(one: Sending, other: Sending) -> None:
    token = again_token(KEY, one, NOW)
    same = _plain(one) == _plain(other)
    assert is_good(KEY, token, other, NOW) is same


def test_it_is_good_for_no_other_method() -> None:
    made, other = Sending("a", "POST", "/b", []), Sending("a", "PUT", "/b", [])
    assert not is_good(KEY, again_token(KEY, made, NOW), other, NOW)


def _plain(sending: Sending) -> object:
    fields = [(name, re.sub("\r\n?", "\n", value)) for name, value in sending.fields]
    return sending.account_id, sending.method, sending.address, fields


@given(SENDINGS, st.text())
def test_no_made_up_token_is_good(sending: Sending, made_up: str) -> None:
    token = again_token(KEY, sending, NOW)
    until, seal = token.split(".")[1:]
    for bad in (made_up, f"again.{made_up}", f"again.{until}.{made_up}", f"again.{int(until) + 1}.{seal}", seal):
        assert not is_good(KEY, bad, sending, NOW)
    assert not is_good(b"another key", token, sending, NOW)


@pytest.fixture
def app(settings: Settings) -> Flask:
    return build(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token_in(page: str) -> str:
    found = re.search('<main.*name="csrf_token" value="([^"]*)"', page, re.DOTALL)
    return found[1] if found else ""


def typed(client: FlaskClient, who: str = "pilot", **fields: str) -> dict[str, str]:
    """A form as `who` has it on the page, filled in."""
    return TYPED | fields | {"csrf_token": token_in(client.get("/fly", headers={"Who": who}).text)}


def kept(client: FlaskClient, address: str = "/fly?a=b", **changed: str) -> dict[str, str]:
    """What the page of the ended session sends: the fields without secrets, and its token."""
    page = client.post(address, data=typed(client) | changed, headers={"Gone": "pilot"})
    assert page.status_code == 401
    return {"name": TYPED["name"], "csrf_token": token_in(page.text)}


def test_one_click_sends_what_was_typed(client: FlaskClient) -> None:
    sent = kept(client)
    assert sent["csrf_token"]
    answer = client.post("/fly?a=b", data=sent, headers={"Who": "pilot"})
    assert answer.status_code == 200 and "flown Diều" in answer.text
    assert client.post("/en/fly", data=kept(client, "/en/fly"), headers={"Who": "pilot"}).status_code == 200
    assert client.post("/open", data=sent, headers={"Who": "pilot"}).status_code == 403


@pytest.mark.parametrize(
    ("address", "who", "changed"),
    [
        ("/fly?a=b", "pilot of another account", {}),
        ("/fly?a=c", "pilot", {}),
        ("/fly", "pilot", {}),
        ("/en/fly?a=b", "pilot", {}),
        ("/fly?a=b", "pilot", {"name": "something else"}),
        ("/fly?a=b", "pilot", {"more": ""}),
        ("/fly?a=b", "pilot", {"pin": "123456"}),
        ("/fly?a=b", "pilot", {"csrf_token2": "x"}),
    ],
)
def test_another_account_address_or_field_meets_the_page_out_of_date(
    client: FlaskClient, address: str, who: str, changed: dict[str, str]
) -> None:
    answer = client.post(address, data=kept(client) | changed, headers={"Who": who})
    assert answer.status_code == 403 and "flown" not in answer.text
    assert 'name="name"' in answer.text  # nothing is lost


def test_an_hour_later_it_is_out_of_date(client: FlaskClient, app: Flask) -> None:
    sent, clock = kept(client), app.extensions["unit_of_work"].clock
    clock.at += LASTS - timedelta(seconds=1)
    assert client.post("/fly?a=b", data=sent, headers={"Who": "pilot"}).status_code == 200
    clock.at += timedelta(seconds=1)
    assert client.post("/fly?a=b", data=sent, headers={"Who": "pilot"}).status_code == 403


def test_a_file_beside_it_is_not_taken(client: FlaskClient) -> None:
    sent: dict[str, object] = {**kept(client), "file": (__file__, "x.pdf")}
    assert client.post("/fly?a=b", data=sent, headers={"Who": "pilot"}).status_code == 403


def test_only_a_form_of_the_ended_session_gets_one(client: FlaskClient) -> None:
    for changed in ({"csrf_token": ""}, {"csrf_token": "x"}, typed(client, "pilot of another session")):
        assert kept(client, **changed)["csrf_token"] == ""


def test_whose_session_was_not_ended_by_age_gets_none(client: FlaskClient) -> None:
    assert token_in(client.post("/fly", data=typed(client)).text) == ""


def test_another_site_gets_none(client: FlaskClient) -> None:
    headers = {"Gone": "pilot", "Origin": "https://evil.example"}
    page = client.post("/fly", data=typed(client), headers=headers)
    assert page.status_code == 403 and token_in(page.text) == ""
