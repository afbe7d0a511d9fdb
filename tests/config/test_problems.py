"""Refusals leave as problem documents (RFC 9457), by their kind, and tell nothing of our insides."""

from __future__ import annotations

import pytest
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy.orm.exc import StaleDataError
from webargs.flaskparser import abort
from werkzeug.exceptions import MethodNotAllowed

from config.access import VISITOR, Actor, PermissionMissing, SignInNeeded, public, requires
from config.errors import Conflict, Fault, NotAllowed, NotFound, Refused, RuleBroken, Unavailable
from config.problems import PROBLEM_JSON, register_problem_handlers


class DoorLocked(RuleBroken):
    """A refusal of this test."""


RAISED: dict[str, tuple[Exception, int, str]] = {
    "found": (NotFound("no"), 404, "not-found"),
    "allowed": (NotAllowed("no"), 403, "not-allowed"),
    "conflict": (Conflict("no"), 409, "conflict"),
    "rule": (DoorLocked("no", [Fault(pointer="/key", detail="is missing")]), 422, "door-locked"),
    "unavailable": (Unavailable("no"), 503, "unavailable"),
    "signin": (SignInNeeded("no"), 401, "sign-in-needed"),
    "stale": (StaleDataError("row 7 of table accounts"), 409, "changed-meanwhile"),
    "method": (MethodNotAllowed(valid_methods=["GET"]), 405, "method-not-allowed"),
    "bug": (KeyError("a secret of ours"), 500, "internal"),
}


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    register_problem_handlers(app)

    @app.get("/raise/<name>")
    def fail(name: str) -> str:
        raise RAISED[name][0]

    @app.get("/invalid")
    def invalid() -> str:
        abort(422, exc=ValidationError("x"), messages={"json": {"answers": {"0": ["wrong"], "a/b": ["odd"]}}})

    @app.get("/guarded")
    @requires("fly")
    def guarded() -> str:
        return "flown"

    @app.get("/open")
    @public
    def anybody() -> str:
        return "come in"

    return app


@pytest.mark.parametrize("name", RAISED)
def test_each_kind_has_its_status_and_code(app: Flask, name: str) -> None:
    error, status, code = RAISED[name]
    response = app.test_client().get(f"/raise/{name}")
    assert response.status_code == status
    assert response.content_type == PROBLEM_JSON
    assert response.json is not None
    assert response.json["type"] == f"/problems/{code}"
    assert response.json["status"] == status
    assert "secret" not in response.text
    assert "row 7" not in response.text
    if isinstance(error, Refused) and error.errors:
        assert response.json["errors"] == [{"pointer": "/key", "detail": "is missing"}]


def test_headers_that_say_what_to_do_are_kept(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/raise/method").headers["Allow"] == "GET"
    assert client.get("/raise/unavailable").headers["Retry-After"] == "5"
    assert client.get("/raise/signin").headers["WWW-Authenticate"] == "Bearer"


def test_wrong_values_are_told_by_json_pointer(app: Flask) -> None:
    response = app.test_client().get("/invalid")
    assert response.json is not None
    assert response.json["errors"] == [
        {"pointer": "/answers/0", "detail": "wrong"},
        {"pointer": "/answers/a~1b", "detail": "odd"},
    ]


def test_a_view_lets_in_whom_it_names(app: Flask) -> None:
    client = app.test_client()
    pilot = Actor("pilot", permissions={"airport": frozenset({"fly"})})
    for actor, status in ((VISITOR, 401), (Actor("walker"), 403), (pilot, 200)):
        app.extensions["actor_loader"] = lambda actor=actor: actor
        assert client.get("/guarded").status_code == status
    assert client.get("/open").status_code == 200


def test_permissions_are_held_at_an_agency_or_everywhere() -> None:
    actor = Actor("a", permissions={"one": frozenset({"fly"}), "": frozenset({"walk"})})
    assert actor.may("fly", "one")
    assert not actor.may("fly", "two")
    assert actor.may("walk", "two")
    assert actor.agencies("fly") == ["one"]
    with pytest.raises(SignInNeeded):
        _ = VISITOR.account_id
    assert PermissionMissing("x").code == "permission-missing"
