"""A process that is killed while it renews leaves the old file in place; the next round finishes the work once."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
import sqlalchemy as sa

from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.log.audit import audit_files
from registry.preservation import renew
from registry.preservation.renew import renew_paper
from registry.preservation.round import renew_round
from registry.verification.by_document import verify_document
from registry.verification.result import Finding
from signing.timestamps.client import Timestamper
from tests.registry.conftest import Entered
from tests.registry.preservation.build import Answer, digest_of, files_of, published_shortly
from tests.registry.preservation.conftest import Only
from tests.registry.preservation.test_renew import due_of

PLACES = {
    "before the authority is asked": (Timestamper, "token"),
    "before the file is stored": (Storage, "put"),
    "in the transaction": (renew, "PaperRenewed"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_killed_process_loses_nothing_and_doubles_nothing(
    live_unit: UnitOfWork,
    engine: sa.Engine,
    entered: Entered,
    short: Answer,
    only: Only,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    paper_id, old = published_shortly(live_unit, entered, short)
    due = due_of(live_unit, paper_id)

    def killed(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        engine.dispose(close=False)  # the connections are the parent's
        monkeypatch.setattr(*PLACES[place], killed)
        try:
            renew_paper(live_unit, due)
        finally:
            os._exit(3)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert (digest_of(live_unit, paper_id), len(files_of(live_unit, paper_id))) == (old, 1)
    assert verify_document(live_unit, live_unit.tools[Storage].get(old)).finding is Finding.VALID
    only(paper_id)
    assert renew_round(live_unit).renewed == 1
    assert renew_round(live_unit).renewed == 0
    first, second = files_of(live_unit, paper_id)
    assert (first.sha256, second.sha256) == (old, digest_of(live_unit, paper_id))
    assert not [line for line in audit_files(live_unit) if old in line or second.sha256 in line]
