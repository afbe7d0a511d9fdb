"""A forgotten password: a link by mail, once, for an hour; nothing tells known from unknown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.clock import FrozenClock
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import AccessToken
from licensing.accounts.rules import RECOVERY_LASTS
from tests.licensing.accounts.conftest import Department
from tests.licensing.accounts.visiting import NEW, OURS, enter, happened, link_of, rows


@pytest.mark.parametrize("address", ["binh@snnmt.example", "binh.tran", "nobody@example.vn"])
def test_asking_for_a_link_is_answered_alike(visitor: FlaskClient, unit: UnitOfWork, address: str) -> None:
    response = visitor.post("/forgotten-password", data={"email": address}, headers=OURS)
    assert (response.status_code, response.location) == (303, "/forgotten-password/sent")
    assert "Set-Cookie" not in response.headers
    assert happened(unit, "RecoveryAsked") == (0 if "nobody" in address else 1)
    assert visitor.get("/forgotten-password/sent").status_code == 200


def test_one_account_gets_few_mails_and_a_network_asks_in_measure(visitor: FlaskClient, unit: UnitOfWork) -> None:
    for _ in range(7):
        visitor.post("/forgotten-password", data={"email": "binh.tran"}, headers=OURS)
    assert happened(unit, "RecoveryAsked") == 5
    answers = [
        visitor.post("/forgotten-password", data={"email": f"x{number}"}, headers=OURS).status_code
        for number in range(54)
    ]
    assert answers[:53] == [303] * 53 and answers[53] == 429
    assert visitor.post("/forgotten-password", data={"email": ""}, headers=OURS).status_code == 422


def test_a_link_sets_a_password_once_and_signs_everybody_out(
    visitor: FlaskClient, site: Flask, unit: UnitOfWork, settings: Settings, department: Department
) -> None:
    elsewhere = site.test_client()
    enter(elsewhere)
    link = link_of(unit, settings, department.director)
    page = visitor.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "strict-origin" and page.headers["Cache-Control"] == "no-store"
    given = {"password": NEW, "password_confirm": NEW}
    assert visitor.post(link, data=given | {"password_confirm": "khác"}, headers=OURS).status_code == 422
    response = visitor.post(link, data=given, headers=OURS)
    assert (response.status_code, response.location) == (303, "/sign-in?done=new")
    assert "Mật khẩu mới đã được đặt" in visitor.get(response.location).text
    assert elsewhere.get("/account").status_code == 303
    assert happened(unit, "PasswordChanged") == 1
    again = visitor.post(
        link, data={"password": "lần thứ hai dài", "password_confirm": "lần thứ hai dài"}, headers=OURS
    )
    assert again.location == "/forgotten-password?link=ended"
    assert visitor.get(link).location == "/forgotten-password?link=ended"
    assert "đã quá một giờ" in visitor.get("/forgotten-password?link=ended").text
    assert enter(visitor, NEW).status_code == 303
    assert [row for row in rows(unit, AccessToken) if row.revoked_at is None] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda link: link + "x",
        lambda link: "/forgotten-password/nonsense",
        lambda link: link.replace("password/", "password/A"),
    ],
)
def test_a_link_that_is_not_ours_leads_to_a_new_one(
    visitor: FlaskClient, unit: UnitOfWork, settings: Settings, department: Department, spoil: Callable[[str], str]
) -> None:
    link = spoil(link_of(unit, settings, department.director))
    for response in (
        visitor.get(link),
        visitor.post(link, data={"password": NEW, "password_confirm": NEW}, headers=OURS),
    ):
        assert response.location == "/forgotten-password?link=ended"
    assert happened(unit, "PasswordChanged") == 0


def test_a_link_works_for_an_hour(
    visitor: FlaskClient, unit: UnitOfWork, clock: FrozenClock, settings: Settings, department: Department
) -> None:
    link = link_of(unit, settings, department.director)
    clock.advance(seconds=RECOVERY_LASTS.total_seconds() - 1)
    assert visitor.get(link).status_code == 200
    clock.advance(seconds=2)
    assert visitor.get(link).location == "/forgotten-password?link=ended"
