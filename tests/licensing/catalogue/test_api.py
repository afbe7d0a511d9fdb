"""Anybody can read what is offered and what it asks, without an account."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.access import SYSTEM, VISITOR
from config.problems import ProblemApi, register_problem_handlers
from config.unit_of_work import UnitOfWork
from licensing.catalogue.api import procedures
from licensing.catalogue.publish import publish_package
from licensing.catalogue.retire import retire_procedure
from tests.licensing.catalogue.shipped import CODE, shipped


@pytest.fixture
def client(unit: UnitOfWork) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    app.config.update(API_TITLE="Test", API_VERSION="1", OPENAPI_VERSION="3.1.0", TESTING=True)
    app.extensions |= {"unit_of_work": unit, "actor_loader": lambda: VISITOR}
    ProblemApi(app).register_blueprint(procedures)
    register_problem_handlers(app)
    return app.test_client()


def publish(unit: UnitOfWork, day: date = date(2026, 1, 1)) -> None:
    with unit.begin(SYSTEM) as work:
        publish_package(work, CODE, day)


def test_the_list_says_what_is_open(client: FlaskClient, unit: UnitOfWork) -> None:
    assert client.get("/v1/procedures").json == []
    publish(unit)
    answer = client.get("/v1/procedures")
    assert answer.json is not None
    (item,) = answer.json
    assert (item["code"], item["open"], item["revision"], item["sha256"]) == (CODE, True, 1, shipped().sha256)
    assert "an toàn thực phẩm" in item["title"]["vi"]


def test_a_procedure_says_everything_that_one_must_know_before_applying(client: FlaskClient, unit: UnitOfWork) -> None:
    publish(unit)
    said = client.get(f"/v1/procedures/{CODE}").json
    assert said is not None
    assert said["time_limit"]["value"] == "25" and said["time_limit"]["provision"]["verified"] is False
    assert [row["vnd"] for row in said["fees"][0]["rows"]] == [1_000_000, 700_000, 1_000_000, 500_000, 2_500_000]
    assert said["fees"][0]["rows"][1]["when"] == {"establishment_kind": ["catering"], "portions": ["1..199"]}
    assert [item["id"] for item in said["documents"]] == [
        "application_form", "business_registration", "premises", "health", "training", "floor_plan",
    ]  # fmt: skip
    assert said["form"]["properties"]["phone"]["pattern"].startswith("^")
    assert (said["steps"][0]["days"], said["result"]["validity"]["value"]) == ("0.5", "3")
    assert len(said["eligibility"]) == 6 and said["eligibility"][0]["stops_on"] is False


def test_a_closed_procedure_is_shown_with_its_reason(client: FlaskClient, unit: UnitOfWork) -> None:
    publish(unit)
    with unit.begin(SYSTEM) as work:
        retire_procedure(work, CODE, date(2026, 2, 1), "Bãi bỏ")
    said = client.get(f"/v1/procedures/{CODE}").json
    assert said is not None and (said["open"], said["closed_because"]) == (False, "Bãi bỏ")


def test_what_is_not_there_yet_or_at_all_is_not_found(client: FlaskClient, unit: UnitOfWork) -> None:
    publish(unit, date(2026, 12, 1))
    assert client.get("/v1/procedures").json == []
    assert client.get(f"/v1/procedures/{CODE}").status_code == 404
    assert client.get("/v1/procedures/9.999999").status_code == 404
    assert client.get("/v1/procedures/%00").status_code == 404
