"""What is on record of published files: from the first on, those of before, and the dates under another table."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

import registry.cli
from config.access import SYSTEM, VISITOR
from config.cli import Context
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.models import Entry, Paper
from registry.entries.queries import current_paper
from registry.log.append import integrate
from registry.preservation import queries
from registry.preservation.files import refresh_dates
from registry.preservation.models import PublishedFile
from registry.preservation.round import take_stock
from signing.trust.algorithms import Row
from signing.trust.anchors import TrustStore
from tests.documents import work_off
from tests.registry.conftest import Entered
from tests.registry.preservation.build import Answer, digest_of, files_of, published_shortly, stamped_by
from tests.registry.preservation.conftest import Only


def test_files_of_before_are_looked_into_once(live_unit: UnitOfWork, entered: Entered, short: Answer) -> None:
    paper_id, digest = published_shortly(live_unit, entered, short)
    kept = files_of(live_unit, paper_id)[0]
    with live_unit.begin(SYSTEM) as work:
        work.session.execute(sa.delete(PublishedFile).where(PublishedFile.paper_id == paper_id))
    take_stock(live_unit)
    take_stock(live_unit)
    (found,) = files_of(live_unit, paper_id)
    for name in ("sha256", "number", "level", "timestamp_at", "certificate", "evidence_until", "published_at"):
        assert getattr(found, name) == getattr(kept, name), name
    assert found.sha256 == digest


def test_another_table_of_algorithms_moves_the_dates(live_unit: UnitOfWork, entered: Entered, short: Answer) -> None:
    paper_id, _ = published_shortly(live_unit, entered, short)
    before = files_of(live_unit, paper_id)[0]
    assert before.evidence_until == before.certificate_until
    trust = live_unit.tools[TrustStore]
    table = dataclasses.replace(
        trust.algorithms, signatures=(Row("rsassa_pkcs1v15", 2048, date(2020, 12, 31)), Row("ecdsa", 256))
    )
    live_unit.tools.add(dataclasses.replace(trust, algorithms=table))
    with live_unit.begin(SYSTEM) as work:
        refresh_dates(work)
    moved = files_of(live_unit, paper_id)[0]
    assert moved.algorithm_until is not None
    assert moved.evidence_until.date() == date(2021, 1, 1)
    live_unit.tools.add(trust)
    with live_unit.begin(SYSTEM) as work:
        refresh_dates(work)
    assert files_of(live_unit, paper_id)[0].evidence_until == before.evidence_until


def test_the_whole_line_keeps_its_first_file_on_record(live_unit: UnitOfWork, entered: Entered) -> None:
    entry_id = entered()
    integrate(live_unit)
    work_off(live_unit)
    with live_unit.begin(VISITOR) as work:
        paper = current_paper(work, entry_id)
    (kept,) = files_of(live_unit, paper.id)
    content = live_unit.tools[Storage].get(paper.published_sha256 or "")
    assert (kept.sha256, kept.number, kept.level) == (hashlib.sha256(content).hexdigest(), 0, "B-LTA")
    assert kept.published_at == paper.preserved_at


def test_the_command_lists_renews_and_says_what_failed(
    live_unit: UnitOfWork,
    environment: Mapping[str, str],
    entered: Entered,
    short: Answer,
    only: Only,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    context = Context(lambda settings: live_unit, lambda settings, demonstration: pytest.fail("no plan is needed"))

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(registry.cli.preserve_command, arguments, obj=context)
        return done.exit_code, done.output.splitlines()[-1]

    paper_id, digest = published_shortly(live_unit, entered, short)
    only(paper_id)
    real = queries.due_papers
    monkeypatch.setattr(
        registry.cli, "due_papers", lambda *a, **k: [due for due in real(*a, **k) if due.paper_id == paper_id]
    )
    with live_unit.begin(SYSTEM) as work:
        query = sa.select(Entry.register_code).join(Paper, Paper.entry_id == Entry.id).where(Paper.id == paper_id)
        code = work.session.scalars(query).one()
    listed = run("--dry-run")
    assert listed[0] == 0
    assert f"{code} until 20" in listed[1]
    assert digest_of(live_unit, paper_id) == digest
    with stamped_by(live_unit, short):
        assert run() == (1, "0 renewed, 1 failed, 0 left as they are.")
    with stamped_by(live_unit, lambda request: b"junk"):
        code_of_exit, said = run("--due")
    assert (code_of_exit, "ended early: TimestampNotTrusted" in said) == (1, True)
    assert run("--due") == (0, "1 renewed, 0 failed, 0 left as they are.")
    assert digest_of(live_unit, paper_id) != digest
    assert run("--all") == (0, "0 renewed, 0 failed, 1 left as they are.")
    assert run("--wrong")[0] == 2
