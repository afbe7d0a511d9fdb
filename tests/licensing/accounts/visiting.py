"""A browser without a window: forms sent as our pages have them, and what they left on record."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.access import SYSTEM
from config.events import RecordedEvent
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import Account
from licensing.accounts.recovery_links import recovery_token
from tests.licensing.accounts.conftest import PASSWORD

OURS = {"Origin": "http://localhost"}
NEW = "mật khẩu mới rất dài"


def token_in(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def enter(client: FlaskClient, password: str = PASSWORD, login: str = "binh.tran", query: str = "") -> TestResponse:
    return client.post(f"/sign-in{query}", data={"email": login, "password": password}, headers=OURS)


def post(client: FlaskClient, address: str, page: str = "/account", **fields: str) -> TestResponse:
    """Send a form as the page has it."""
    fields["csrf_token"] = token_in(client.get(page))
    return client.post(address, data=fields, headers=OURS)


def rows(unit: UnitOfWork, table: Any, **by: Any) -> list[Any]:
    with unit.begin(SYSTEM) as work:
        return list(work.session.scalars(sa.select(table).filter_by(**by)))


def happened(unit: UnitOfWork, name: str) -> int:
    return len(rows(unit, RecordedEvent, name=name))


def link_of(unit: UnitOfWork, settings: Settings, account_id: UUID) -> str:
    with unit.begin(SYSTEM) as work:
        account = work.session.get_one(Account, account_id)
    return "/forgotten-password/" + recovery_token(
        settings.secret_key, account.id, account.password_hash, unit.clock.now()
    )
