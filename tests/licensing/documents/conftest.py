"""An applicant who attaches files."""

from __future__ import annotations

import pytest

from config import tokens
from config.access import SYSTEM, Actor
from config.events import Reactions, Reactor
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import Account
from licensing.documents.events import FileAttached, FileRemoved


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([{FileAttached: Reactions(), FileRemoved: Reactions()}])


@pytest.fixture
def applicant(unit: UnitOfWork, settings: Settings) -> Actor:
    """The account of someone who files."""
    unit.tools.add(settings)
    with unit.begin(SYSTEM) as work:
        account = Account(
            id=tokens.new_id(), login="lan@example.vn", email="lan@example.vn", name="Lan", phone="", kind="applicant",
            language="vi", active=True, created_at=work.clock.now(),
        )  # fmt: skip
        work.session.add(account)
    return Actor(account.id, "Lan", {"": frozenset({"apply"})})
