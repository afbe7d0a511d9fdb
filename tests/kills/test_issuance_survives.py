"""Any process may be killed at any step of issuance: no licence is lost, doubled or half published."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psycopg
import pytest

from config.serve import antin
from licensing.demonstration.client import ApiRefused
from licensing.demonstration.passwords import secrets_of
from licensing.demonstration.run import served
from licensing.demonstration.walk import Walk, WalkFailed
from tests.kills.killer import Killer, child_of
from tests.processes import free_ports
from tests.uncovered import uncovered

LICENCES, AT_ONCE = 10, 3
KILLS, EACH = 40, 4
STEPS = (
    "DecisionApproved",
    "RequestFiled",
    "LicencePrepared",
    "SignatureMade",
    "RequestSigned",
    "SealOrdered",
    "RequestSealed",
    "EntryEntered",
    "LicenceIssued",
    "EntryLogged",
    "PaperPreserved",
    "EntryPublished",
)
PATIENCE = 240.0
FAST = {"JOB_STALLED_AFTER": "2", "JOB_ATTEMPTS": "60", "JOB_LONGEST_PAUSE": "4"}

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kills-") as path:
        yield Path(path)


def test_forty_kills_leave_every_licence_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FAST.items():
        monkeypatch.setenv(name, value)
    with uncovered(served(folder, lambda line: None, port=free_ports())) as address:
        parent = serving_parent(folder)
        walk = walking(address, folder)
        applications = [prepared(walk) for _ in range(LICENCES)]
        killer = Killer(folder, parent, "issuance 1", EACH, STEPS)
        killer.start()
        with ThreadPoolExecutor(AT_ONCE) as people:
            codes = list(people.map(lambda one: insist(partial(issued, walking(address, folder), one)), applications))
        killer.stop()
        check_register(folder, codes)
        for code in codes:
            insist(partial(green, walk, code))
        assert audit(folder) == 0
    assert len(killer.kills) >= KILLS, killer.kills
    assert {victim for _, victim in killer.kills} >= {"worker", "signer", "server", "database", "tsa"}
    assert len({step for step, _ in killer.kills}) >= 8


def walking(address: str, folder: Path) -> Walk:
    """Everybody, with connections of their own."""
    return Walk(address, secrets_of(folder), lambda line: None)


def prepared(walk: Walk) -> str:
    """An application as far as its decision is next."""
    application_id = walk.apply()
    walk.accept(application_id)
    walk.examine(application_id)
    return application_id


def issued(walk: Walk, application_id: str) -> str | None:
    """Push one application on by whatever is next; its register code once it is published."""
    with suppress(ApiRefused):
        walk.decide(application_id)
    request = document_of(walk, application_id, "lanhdao", "filed")
    if request is not None:
        with suppress(ApiRefused):  # 409 when an answer that got lost had signed already
            walk.sign(request)
    request = document_of(walk, application_id, "vanthu", "signed")
    if request is not None:
        with suppress(ApiRefused):
            walk.seal(request)
    licence = walk.licence_of(application_id)
    if licence is None or licence["entered_at"] is None:
        return None
    entry = walk.published(licence["register_code"])
    return str(licence["register_code"]) if entry else None


def document_of(walk: Walk, application_id: str, login: str, state: str) -> dict[str, Any] | None:
    licence = walk.licence_of(application_id)
    return walk.waiting_document(licence["register_code"], login, state) if licence else None


def insist(push: Callable[[], str | None]) -> str:
    """Do it again until it is done; connections break and servers are away meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(ApiRefused, URLError, OSError, WalkFailed, ValueError):
            if done := push():
                return done
        threading.Event().wait(0.3)
    raise AssertionError("this licence was not issued in time")


def green(walk: Walk, code: str) -> str | None:
    """The published file is genuine and in force."""
    entry = walk.published(code)
    assert entry is not None
    verdict = walk.verdict_on_file(code)
    assert (verdict["verdict"], verdict["recorded"]) == ("green", "yes"), verdict
    return code


def check_register(folder: Path, codes: list[str]) -> None:
    """One decision, one licence, one entry, one number, one act in the log; every application closed."""
    with psycopg.connect(f"host={folder}/postgres/run user=antin dbname=antin") as owner:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return owner.execute(query.encode()).fetchall()

        assert len(set(codes)) == LICENCES
        assert rows("SELECT count(*), count(DISTINCT decision_id) FROM licences WHERE void_reason IS NULL") == [
            (LICENCES, LICENCES)
        ]
        assert rows("SELECT count(*) FROM entries") == [(LICENCES,)]
        assert rows("SELECT seq, state FROM number_reservations ORDER BY seq") == [
            (number, "used") for number in range(1, LICENCES + 1)
        ]
        assert rows("SELECT leaf_index FROM log_leaves ORDER BY 1") == [(index,) for index in range(LICENCES)]
        for event in ("LicenceIssued", "EntryLogged", "EntryPublished", "ApplicationClosed", "RequestSealed"):
            assert rows(f"SELECT count(*) FROM events WHERE name = '{event}'") == [(LICENCES,)], event
        assert rows("SELECT status, count(*) FROM applications GROUP BY 1") == [("closed", LICENCES)]
        assert rows("SELECT task_name, attempts, args FROM procrastinate_jobs WHERE status = 'failed'") == []


def audit(folder: Path) -> int:
    """The exit code of the audit of the log."""
    environment = os.environ | {"ANTIN_MODE": "trial", "DATA_FOLDER": str(folder)}
    done = subprocess.run(
        antin("registry", "log", "audit"), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.returncode


def serving_parent(folder: Path) -> int:
    """The process that `served` started in this folder: other tests' installations are children of ours as well."""
    found = child_of(os.getpid(), "app serve", f"DATA_FOLDER={folder}")
    assert found is not None, f"nothing serves {folder}"
    return found
