"""Images over HTTP, as a program sends them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask

from config.access import Actor
from licensing.images.api import images
from signing.pades.picture import read_picture
from tests.licensing.factories import AGENCY, Cast
from tests.licensing.fixtures import Browser, browser
from tests.licensing.images.pictures import SCRIPT, a_seal, a_signature

__all__ = ["browser"]
MINE, SEALS = "/me/signature-images", f"/agencies/{AGENCY.code}/seal-images"


@pytest.fixture
def app(whole_app: Flask, unit: Any) -> Flask:
    assert images.name in whole_app.blueprints
    whole_app.extensions["unit_of_work"] = unit
    return whole_app


def upload(content: bytes, width: str) -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(content), "x.png"), "width_mm": width}}


def test_a_signatory_and_an_administrator_send_pictures_and_withdraw_them(
    browser: Browser, cast: Cast, administrator: Actor
) -> None:
    sent = browser.as_(cast.approver).post(MINE, **upload(a_signature(), "45.5"))
    assert (sent.status_code, sent.json["kind"], sent.json["width_mm"]) == (201, "signature", 45.5)
    again = browser.post(MINE, **upload(a_signature(size=(700, 200)), "45.5"))
    assert [one["id"] for one in browser.get(MINE).json] == [again.json["id"], sent.json["id"]]
    shown = browser.get(f"/images/{again.json['id']}/picture")
    assert shown.content_type == "image/png" and read_picture(shown.data).width

    seal = browser.as_(administrator).post(SEALS, **upload(a_seal(), "36"))
    assert (seal.status_code, seal.json["height_mm"]) == (201, 36.0)
    gone = browser.post(f"/images/{again.json['id']}/withdrawal", {"reason": "Đổi mẫu."})
    assert (gone.status_code, gone.json["end_reason"]) == (200, "Đổi mẫu.")
    assert browser.as_(cast.approver).get(MINE).json[0]["ended_at"]


@pytest.mark.parametrize(
    ("content", "width", "problem"),
    [
        (SCRIPT, "45", "picture-not-png"),
        (a_signature() + SCRIPT, "45", "picture-not-png"),
        (a_signature(), "99", "picture-size-wrong"),
        (a_signature(), "1000", "invalid"),
        (a_signature(), "NaN", "invalid"),
    ],
)
def test_a_bad_picture_is_a_problem_with_its_name(
    browser: Browser, cast: Cast, content: bytes, width: str, problem: str
) -> None:
    answer = browser.as_(cast.approver).post(MINE, **upload(content, width))
    assert answer.status_code == 422
    assert problem == "invalid" or answer.json["type"].endswith(problem)


def test_only_those_who_may(browser: Browser, cast: Cast, administrator: Actor) -> None:
    for actor, path, status in (
        (cast.clerk, MINE, 403),
        (cast.approver, SEALS, 403),
        (administrator, "/agencies/nirgends/seal-images", 404),
        (administrator, f"/images/{cast.clerk.id}/picture", 404),
    ):
        assert browser.as_(actor).get(path).status_code == status, path
