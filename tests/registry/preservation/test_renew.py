"""Evidence is renewed before it ages out: at once, once, whatever is killed, and the old file stays as good."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.models import Entry, Paper
from registry.entries.queries import handed_out
from registry.log.audit import audit_files
from registry.preservation import renew
from registry.preservation.models import PreservationFailure, PreservationRun, TimestampCertificate
from registry.preservation.queries import Due, due_papers
from registry.preservation.renew import renew_paper
from registry.preservation.round import renew_round, take_stock
from registry.verification.by_code import verify_code
from registry.verification.by_document import EARLIER, verify_document
from registry.verification.result import Finding
from signing.pades.digest import seal_facts
from signing.pki.ceremony import BuiltInAuthority
from signing.pki.revoked import Revocation, RevocationRegister
from tests.documents import a_sealed_document
from tests.registry.conftest import Entered
from tests.registry.preservation.build import (
    Answer,
    authority_of,
    digest_of,
    files_of,
    on_day,
    published_shortly,
    stamped_by,
    tsa_key,
)
from tests.registry.preservation.conftest import Only


def due_of(unit: UnitOfWork, paper_id: object) -> Due:
    with unit.begin(SYSTEM) as work:
        return next(due for due in due_papers(work, waiting=True) if due.paper_id == paper_id)


def is_due(unit: UnitOfWork, paper_id: object, **how: bool) -> bool:
    with unit.begin(SYSTEM) as work:
        return any(due.paper_id == paper_id for due in due_papers(work, **how))


def failure_of(unit: UnitOfWork, paper_id: Any) -> PreservationFailure | None:
    with unit.begin(SYSTEM) as work:
        return work.session.get(PreservationFailure, paper_id)


def last_run(unit: UnitOfWork) -> PreservationRun:
    with unit.begin(SYSTEM) as work:
        return work.session.scalars(sa.select(PreservationRun).order_by(PreservationRun.id.desc()).limit(1)).one()


def test_a_renewed_file_takes_the_place_of_the_old_one_which_stays_as_good(
    live_unit: UnitOfWork, entered: Entered, short: Answer, only: Only
) -> None:
    sealed = a_sealed_document(live_unit, "renewed", "Giấy phép gia hạn")
    paper_id, old = published_shortly(live_unit, lambda: entered(sealed), short)
    storage = live_unit.tools[Storage]
    assert is_due(live_unit, paper_id)
    only(paper_id)
    assert (renew_round(live_unit).renewed, last_run(live_unit).renewed) == (1, 1)
    new = digest_of(live_unit, paper_id)
    assert new != old
    assert storage.get(new).startswith(storage.get(old))
    with live_unit.begin(SYSTEM) as work:
        paper = work.session.get_one(Paper, paper_id)
        code = work.session.get_one(Entry, paper.entry_id).register_code
        assert verify_code(work, code).licence["document"]["sha256"] == new  # type: ignore[index]
        found = handed_out(work, old)
        assert found is not None
        assert (found.register_code, found.newest) == (code, new)
    facts = seal_facts(storage.get(new))
    assert (facts.byte_range_digest, facts.signature_value_sha256, facts.certificate_sha256) == (
        paper.pdf,
        paper.sv,
        paper.sk,
    )
    for content in (storage.get(new), storage.get(old), sealed):
        assert verify_document(live_unit, content).finding is Finding.VALID
    assert [(one.number, one.sha256, one.level) for one in files_of(live_unit, paper_id)] == [
        (0, old, "B-LTA"),
        (1, new, "B-LTA"),
    ]
    assert not [line for line in audit_files(live_unit) if old in line or new in line]
    assert not is_due(live_unit, paper_id)
    assert renew_round(live_unit).renewed == 0


def test_an_old_copy_is_green_when_its_own_evidence_has_aged_out_and_without_renewal_nothing_is(
    live_unit: UnitOfWork,
    settings: Settings,
    keys: BuiltInAuthority,
    entered: Entered,
    short: Answer,
    only: Only,
) -> None:
    paper_id, old = published_shortly(live_unit, entered, short)
    content = live_unit.tools[Storage].get(old)
    future = live_unit.clock.now() + timedelta(days=150)
    with on_day(live_unit, settings, keys, future) as later:
        assert verify_document(later, content).finding is Finding.NOT_CONCLUSIVE
    only(paper_id)
    renew_round(live_unit)
    new = live_unit.tools[Storage].get(digest_of(live_unit, paper_id))
    with on_day(live_unit, settings, keys, future) as later:
        assert verify_document(later, new).finding is Finding.VALID
        result = verify_document(later, content)
        assert (result.finding, EARLIER in result.notes) == (Finding.VALID, True)
        assert [one["field"] for one in result.signatures] == ["Official", "Seal", "Timestamp-1"]
        assert verify_document(later, new[: len(content) + 700]).finding is not Finding.VALID
        assert verify_document(later, content + b"\n").finding is not Finding.VALID


@pytest.mark.parametrize("where", ["put", "keep_file", "record"])
def test_whatever_is_killed_a_repeat_finishes_it_once(
    live_unit: UnitOfWork, entered: Entered, short: Answer, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    paper_id, old = published_shortly(live_unit, entered, short)
    due = due_of(live_unit, paper_id)

    def killed(*_: object, **__: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        target = {"put": (Storage, "put"), "keep_file": (renew, "keep_file"), "record": (renew, "PaperRenewed")}[where]
        patch.setattr(*target, killed)
        with pytest.raises(SystemExit):
            renew_paper(live_unit, due)
    assert digest_of(live_unit, paper_id) == old
    assert renew_paper(live_unit, due) is True
    assert renew_paper(live_unit, due) is False
    assert len(files_of(live_unit, paper_id)) == 2


def test_two_at_once_renew_it_once(
    live_unit: UnitOfWork, entered: Entered, short: Answer, keys: BuiltInAuthority, tmp_path: Path
) -> None:
    paper_id, _ = published_shortly(live_unit, entered, short)
    due = due_of(live_unit, paper_id)
    other: list[bool] = []
    inner = authority_of(tmp_path / "slow", tsa_key(keys, 900), live_unit.clock)

    def answer(request: bytes) -> bytes:
        if not other:
            other.append(False)
            other[0] = renew_second(due)
        return inner(request)

    before = live_unit.tools

    def renew_second(due: Due) -> bool:
        second = UnitOfWork(live_unit._sessions, live_unit.clock, live_unit.reactor, live_unit.jobs, plain)
        return renew_paper(second, due)

    plain = type(before)(*before._parts.values())
    with stamped_by(live_unit, answer):
        assert renew_paper(live_unit, due) is False
    assert other == [True]
    assert len(files_of(live_unit, paper_id)) == 2


def test_one_bad_document_stops_no_other_and_is_tried_again_later(
    live_unit: UnitOfWork, entered: Entered, short: Answer, only: Only
) -> None:
    good, _ = published_shortly(live_unit, entered, short)
    bad, digest = published_shortly(live_unit, entered, short)
    path = live_unit.tools[Storage]._path(digest)
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(content[:-1] + b"x")
    only(good, bad)
    outcome = renew_round(live_unit)
    assert (outcome.renewed, outcome.failed, outcome.stopped_by) == (1, 1, None)
    failure = failure_of(live_unit, bad)
    assert failure is not None
    assert (failure.reason, failure.attempts) == ("FileDamaged", 1)
    assert not is_due(live_unit, bad)
    assert is_due(live_unit, bad, waiting=True)
    path.write_bytes(content)
    assert renew_round(live_unit).renewed == 0  # not yet
    assert renew_round(live_unit, again=True).renewed == 1
    assert failure_of(live_unit, bad) is None


def test_a_timestamp_that_would_last_no_longer_is_not_taken(
    live_unit: UnitOfWork, entered: Entered, short: Answer, only: Only
) -> None:
    paper_id, old = published_shortly(live_unit, entered, short)
    only(paper_id)
    with stamped_by(live_unit, short):
        outcome = renew_round(live_unit)
    assert (outcome.renewed, outcome.failed) == (0, 1)
    failure = failure_of(live_unit, paper_id)
    assert failure is not None
    assert failure.reason == "NothingGained"
    assert digest_of(live_unit, paper_id) == old


def test_everything_may_be_renewed_and_what_gains_nothing_is_left(
    live_unit: UnitOfWork, entered: Entered, keys: BuiltInAuthority, tmp_path: Path, only: Only
) -> None:
    far = authority_of(tmp_path / "far", tsa_key(keys, 1000), live_unit.clock)
    paper_id, _ = published_shortly(live_unit, entered, far)
    only(paper_id)
    assert renew_round(live_unit).renewed == 0
    assert renew_round(live_unit, everything=True).renewed == 1
    outcome = renew_round(live_unit, everything=True)
    assert (outcome.renewed, outcome.failed, outcome.left) == (0, 0, 1)


def test_what_rests_on_a_distrusted_authority_is_renewed_at_once(
    live_unit: UnitOfWork,
    settings: Settings,
    entered: Entered,
    keys: BuiltInAuthority,
    tmp_path: Path,
    only: Only,
) -> None:
    far = authority_of(tmp_path / "far", tsa_key(keys, 3000), live_unit.clock)
    paper_id, _ = published_shortly(live_unit, entered, far)
    certificate = files_of(live_unit, paper_id)[0].certificate
    assert not is_due(live_unit, paper_id)
    only(paper_id)
    now = live_unit.clock.now()
    with on_day(live_unit, settings, keys, now, distrusted=frozenset({certificate})) as wary:
        with stamped_by(wary, far):  # nobody has told the installation of another authority yet
            outcome = renew_round(wary)
        assert (outcome.renewed, outcome.stopped_by) == (0, "AuthorityDistrusted")
        assert due_of(wary, paper_id).distrusted
        assert renew_round(wary).renewed == 1
        assert not is_due(wary, paper_id)


def test_what_rests_on_a_revoked_certificate_is_renewed_at_once(
    live_unit: UnitOfWork, entered: Entered, keys: BuiltInAuthority, tmp_path: Path, only: Only
) -> None:
    key = tsa_key(keys, 1_001)
    paper_id, _ = published_shortly(live_unit, entered, authority_of(tmp_path / "revoked", key, live_unit.clock))
    take_stock(live_unit)
    assert not is_due(live_unit, paper_id)
    revocation = Revocation("issuing", key.certificate.serial_number, live_unit.clock.now())
    RevocationRegister(keys.folder).add(revocation)
    take_stock(live_unit)
    with live_unit.begin(SYSTEM) as work:
        kept = work.session.get_one(TimestampCertificate, files_of(live_unit, paper_id)[0].certificate)
        assert kept.revoked_at is not None
    only(paper_id)
    assert renew_round(live_unit).renewed == 1
    assert not is_due(live_unit, paper_id)
