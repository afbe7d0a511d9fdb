"""Accounts over HTTP: what a client sees of signing in, tokens and oneself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.clock import FrozenClock
from config.problems import ProblemApi, register_problem_handlers
from config.security import describe_security, register_security
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.api import accounts, load_actor, sessions, tokens
from licensing.accounts.rules import FREE_FAILURES
from tests.licensing.accounts.conftest import PASSWORD, Department

OURS = {"Origin": "http://localhost:8000"}
LAN = {"name": "Nguyễn Thị Lan", "email": "lan@example.vn", "password": PASSWORD}


@pytest.fixture
def app(unit: UnitOfWork, settings: Settings) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config.update(API_TITLE="t", API_VERSION="1", OPENAPI_VERSION="3.1.0", TESTING=True)
    app.extensions.update(unit_of_work=unit, actor_loader=load_actor)
    register_security(app, dataclasses.replace(settings, public_url="http://localhost:8000"))
    api = ProblemApi(app)
    describe_security(api, app)
    for blueprint in (accounts, sessions, tokens):
        api.register_blueprint(blueprint)
    register_problem_handlers(app)
    app.extensions["specification"] = api.spec.to_dict()
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def enter(client: FlaskClient, login: str = "binh.tran", password: str = PASSWORD) -> TestResponse:
    return client.post("/v1/session", json={"login": login, "password": password}, headers=OURS)


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_session_is_begun_used_and_ended(client: FlaskClient, department: Department) -> None:
    begun = enter(client)
    assert begun.status_code == 201
    assert begun.get_json()["name"] == "Trần Văn Bình" and begun.get_json()["kind"] == "official"
    assert begun.headers["Cache-Control"] == "no-store"
    me = client.get("/v1/me")
    assert me.get_json() == begun.get_json() and me.headers["Cache-Control"] == "no-store"
    [session] = client.get("/v1/sessions").get_json()
    assert session["current"] is True
    kept = client.get_cookie("antin")
    assert client.delete("/v1/session", headers=OURS).status_code == 204
    assert client.get_cookie("antin") is None
    assert kept
    client.set_cookie("antin", kept.value)
    refused = client.get("/v1/me")
    assert refused.status_code == 401 and refused.get_json()["type"] == "/problems/sign-in-needed"


def test_another_browser_is_signed_out(app: Flask, department: Department) -> None:
    here, there = app.test_client(), app.test_client()
    enter(here), enter(there)
    others = [item["id"] for item in here.get("/v1/sessions").get_json() if not item["current"]]
    assert len(others) == 1
    assert here.delete(f"/v1/sessions/{others[0]}", headers=OURS).status_code == 204
    assert there.get("/v1/me").status_code == 401
    assert here.get("/v1/me").status_code == 200
    assert here.delete(f"/v1/sessions/{others[0]}", headers=OURS).status_code == 404


def test_wrong_unknown_and_closed_get_the_very_same_answer(client: FlaskClient, department: Department) -> None:
    tried = [("nobody", PASSWORD), ("hoa", PASSWORD), ("binh.tran", "wrong")]
    answers = [enter(client, *credentials) for credentials in tried]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert len({answer.data for answer in answers}) == 1
    assert client.get_cookie("antin") is None


def test_too_many_attempts_are_asked_to_wait(client: FlaskClient, department: Department, clock: FrozenClock) -> None:
    for _ in range(FREE_FAILURES):
        assert enter(client, password="wrong").status_code == 401
    refused = enter(client)
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "30"
    assert refused.content_type == "application/problem+json"
    clock.advance(seconds=30)
    assert enter(client).status_code == 201


def test_a_change_by_cookie_needs_proof_of_its_origin(client: FlaskClient, department: Department) -> None:
    enter(client)
    assert client.post("/v1/tokens", json={"name": "x"}).status_code == 403
    assert client.post("/v1/tokens", json={"name": "x"}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.delete("/v1/session").status_code == 403
    assert client.post("/v1/tokens", json={"name": "x"}, headers=OURS).status_code == 201


def test_a_token_is_shown_once_works_and_is_revoked(app: Flask, department: Department) -> None:
    client, program = app.test_client(), app.test_client()
    enter(client)
    made = client.post("/v1/tokens", json={"name": "nightly <b>", "days": 2}, headers=OURS)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    assert made.get_json()["expires_at"] == "2026-02-14T03:00:00+00:00"
    text = made.get_json()["token"]
    assert program.get("/v1/me", headers=bearer(text)).get_json()["login"] == "binh.tran"
    [listed] = client.get("/v1/tokens").get_json()
    assert listed["name"] == "nightly <b>" and "token" not in listed
    for path in ("/v1/tokens", "/v1/sessions"):
        assert program.get(path, headers=bearer(text)).status_code == 403
    assert program.post("/v1/tokens", json={"name": "more"}, headers=bearer(text)).status_code == 403
    assert client.delete(f"/v1/tokens/{listed['id']}", headers=OURS).status_code == 204
    refused = program.get("/v1/me", headers=bearer(text))
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_bad_token_is_not_saved_by_a_good_cookie(client: FlaskClient, department: Department) -> None:
    enter(client)
    for header in ("Bearer antin_x", "Bearer", "Basic YTpi", ""):
        assert client.get("/v1/me", headers={"Authorization": header}).status_code == 401


def test_registering_answers_the_same_for_a_taken_address(client: FlaskClient) -> None:
    first = client.post("/v1/accounts", json=LAN | {"organisation": {"name": "Sao Mai", "tax_code": "0101234567"}})
    second = client.post("/v1/accounts", json=LAN | {"password": PASSWORD + "!"})
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert first.status_code == 202
    assert enter(client, "LAN@example.vn").get_json()["organisations"][0]["tax_code"] == "0101234567"
    assert client.get("/v1/me").get_json()["email_verified_at"] is None
    assert client.get("/v1/me").get_json()["permissions"] == {"": ["apply", "manage_access", "own_account"]}


@pytest.mark.parametrize(
    "change",
    [
        {"password": "short"},
        {"password": "a" * 12},
        {"email": "nonsense"},
        {"email": "a\nb@c.vn"},
        {"name": "a\nb"},
        {"name": "ab\n"},
        {"name": "a" * 201},
        {"name": 1},
        {"language": "fr"},
        {"phone": "call me"},
        {"kind": "official"},
        {"active": True},
        {"organisation": {"name": "x" * 301, "tax_code": "0101234567"}},
        {"organisation": {"name": "Sao Mai", "tax_code": "1"}},
        {"organisation": "Sao Mai"},
    ],
)
def test_what_a_schema_or_rule_does_not_allow_is_refused_as_a_problem(
    client: FlaskClient, change: dict[str, Any]
) -> None:
    response = client.post("/v1/accounts", json=LAN | change)
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert enter(client, "lan@example.vn").status_code == 401


def test_names_of_markup_and_sql_come_back_as_they_went(client: FlaskClient) -> None:
    name = "<script>'; DROP TABLE accounts; --"
    client.post("/v1/accounts", json=LAN | {"name": name})
    assert enter(client, "lan@example.vn").get_json()["name"] == name


def test_every_view_says_who_may_call_it_and_the_document_how(app: Flask) -> None:
    assert [name for name, view in app.view_functions.items() if not hasattr(view, "access")] == []
    document = app.extensions["specification"]
    assert set(document["components"]["securitySchemes"]) == {"session", "token"}
    assert document["paths"]["/v1/tokens"]["post"]["security"] == [{"session": []}]
