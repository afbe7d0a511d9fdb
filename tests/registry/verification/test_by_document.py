"""A file is green only for what the log proves of its bytes and its seal, whatever the rows of the register say."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.models import Entry, Paper
from registry.log.append import integrate
from registry.verification import by_document
from registry.verification.by_document import verify_document
from registry.verification.examined import Examined, Found
from registry.verification.result import Colour, Finding, Recorded
from signing.pades.digest import seal_facts
from signing.validation.apart import Hearsay
from signing.validation.report import Report, Verdict
from tests.documents import a_sealed_document, work_off
from tests.processes import Services
from tests.registry.conftest import Entered, edited, new_entry


def published(unit: UnitOfWork, entered: Entered) -> tuple[bytes, sa.ColumnElement[bool]]:
    """A published file, and which row its paper is."""
    entry_id = entered()
    integrate(unit)
    work_off(unit)
    with unit.begin(SYSTEM) as work:
        digest = work.session.scalars(sa.select(Paper.published_sha256).where(Paper.entry_id == entry_id)).one()
    assert digest is not None
    return unit.tools[Storage].get(digest), Paper.entry_id == entry_id


def test_a_row_that_was_pointed_to_another_document_is_not_green(
    live_unit: UnitOfWork, settings: Settings, entered: Entered
) -> None:
    content, which = published(live_unit, entered)
    forged = a_sealed_document(live_unit, "forged", "never entered")
    facts = seal_facts(forged)
    assert verify_document(live_unit, forged).finding is Finding.SIGNED_NOT_ISSUED
    swap = {
        "pdf": facts.byte_range_digest,
        "sv": facts.signature_value_sha256,
        "sk": facts.certificate_sha256,
        "published_sha256": hashlib.sha256(forged).hexdigest(),
    }
    with edited(settings, Paper, which, **swap):
        result = verify_document(live_unit, forged)
        assert (result.finding, result.recorded) == (Finding.LOG_DISAGREES, Recorded.NO)
    assert verify_document(live_unit, content).finding is Finding.VALID


def test_no_other_file_is_green_because_a_row_calls_it_published(
    live_unit: UnitOfWork, settings: Settings, entered: Entered
) -> None:
    content, which = published(live_unit, entered)
    assert verify_document(live_unit, content).finding is Finding.VALID
    for junk in (b"any bytes at all", content + b"\n% one more line\n"):
        with edited(settings, Paper, which, published_sha256=hashlib.sha256(junk).hexdigest()):
            assert verify_document(live_unit, junk).verdict is not Colour.GREEN
            assert verify_document(live_unit, junk).verdict is not Colour.GREEN


def test_a_published_file_is_validated_once_and_its_record_each_time(
    live_unit: UnitOfWork, settings: Settings, entered: Entered, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, which = published(live_unit, entered)
    first = verify_document(live_unit, content)
    monkeypatch.setattr(by_document, "examine", lambda *_: pytest.fail("validated again"))
    again = verify_document(live_unit, content)
    assert (first.finding, again.finding) == (Finding.VALID, Finding.VALID)
    assert again.signatures == first.signatures
    with edited(settings, Paper, which, sv=bytes(32)):
        assert verify_document(live_unit, content).finding is Finding.LOG_DISAGREES


def test_what_could_not_be_judged_is_judged_again(
    live_unit: UnitOfWork, entered: Entered, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, _ = published(live_unit, entered)
    undecided = Report(Verdict.INDETERMINATE, live_unit.clock.now(), ("Something was missing.",))
    with monkeypatch.context() as patch:
        patch.setattr(by_document, "examine", lambda *_: Hearsay(undecided, seal_facts(content)))
        assert verify_document(live_unit, content).finding is Finding.NOT_CONCLUSIVE
    assert verify_document(live_unit, content).finding is Finding.VALID


def test_an_expiry_edited_in_the_row_does_not_revive_a_file(live_unit: UnitOfWork, settings: Settings) -> None:
    sealed = a_sealed_document(live_unit, "row expired", "hết hạn")
    new = new_entry(live_unit, "row expired", sealed, date(2026, 1, 2))
    with live_unit.begin(SYSTEM) as work:
        entry_id = enter(work, new).id
    integrate(live_unit)
    assert verify_document(live_unit, sealed).finding is Finding.EXPIRED
    with edited(settings, Entry, Entry.id == entry_id, valid_until=date(2199, 1, 1)):
        assert verify_document(live_unit, sealed).verdict is Colour.RED


def test_a_published_file_is_good_without_a_responder_and_a_never_entered_one_red(
    live_unit: UnitOfWork, entered: Entered, services: Services
) -> None:
    content, _ = published(live_unit, entered)
    stolen = a_sealed_document(live_unit, "stolen", "stolen")
    services.stop("responder")
    try:
        good = verify_document(live_unit, content)
        result = verify_document(live_unit, stolen)
        with live_unit.begin(SYSTEM) as work, work.session.begin_nested() as nested:
            work.session.execute(sa.update(Paper).values(sk=bytes(32)))
            by_roots = by_document._without_record(work, stolen, Found.of(by_document._examined(live_unit, stolen)))
            nested.rollback()
    finally:
        services.start("responder")
    assert good.finding is Finding.VALID, good.reasons
    assert (result.finding, result.recorded, result.verdict) == (Finding.SIGNED_NOT_ISSUED, Recorded.NO, Colour.RED)
    assert by_roots.finding is Finding.SIGNED_NOT_ISSUED


def test_the_memory_of_documents_has_an_end(live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.verification.examined.MANY", 2)
    sealed = a_sealed_document(live_unit, "memory", "memory")
    examined = Found.of(by_document._examined(live_unit, sealed))
    memory = Examined()
    for digest in ("a", "b", "c"):
        memory.keep(digest, examined)
        memory.find("a")
    found = memory.find("c")
    assert (memory.find("b"), found is not None) == (None, True)
    assert found is not None
    assert found.hearsay.seal == replace(seal_facts(sealed), sealed_revision=b"")
    monkeypatch.setattr("registry.verification.examined.KEPT", -1.0)
    assert memory.find("c") is None  # a key may have been lost meanwhile
