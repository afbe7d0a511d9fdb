"""From a sealed document to a verdict that a stranger can rely on: entered, logged, preserved, published."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM, VISITOR
from config.jobs import JobFailure
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.errors import CodeMalformed, EntryConflict, EntryNotFound, NumberTaken
from registry.entries.models import Entry, EntryEvent, Paper
from registry.entries.queries import acts_of, current_paper, entry_by_id
from registry.log.append import integrate
from registry.log.audit import audit
from registry.log.proofs import inclusion_proof
from registry.preservation.preserve import preserve_paper
from registry.verification.by_code import verify_code
from registry.verification.by_document import verify_document
from registry.verification.ready import ready_answer
from registry.verification.result import Colour, Finding, Recorded
from signing.pades.digest import signed_fields
from signing.pades.fields import SEAL
from tests.documents import a_base_document, a_sealed_document, work_off
from tests.processes import Services
from tests.registry.conftest import Entered, new_entry


def code_of(unit: UnitOfWork, entry_id: UUID) -> str:
    with unit.begin(VISITOR) as work:
        return entry_by_id(work, entry_id).register_code


def paper_of(unit: UnitOfWork, entry_id: UUID) -> Paper:
    with unit.begin(VISITOR) as work:
        return current_paper(work, entry_id)


def finding(unit: UnitOfWork, pdf: bytes) -> Finding:
    return verify_document(unit, pdf).finding


def published(unit: UnitOfWork, entry_id: UUID) -> bytes:
    """Everything that follows from an entry, and the file that was published in the end."""
    work_off(unit)
    digest = paper_of(unit, entry_id).published_sha256
    with unit.begin(SYSTEM) as work:
        failures = [failure.error for failure in work.session.scalars(sa.select(JobFailure))]
    assert digest is not None, failures
    return unit.tools[Storage].get(digest)


def test_a_licence_is_in_force_from_its_leaf_and_handed_out_with_its_evidence(
    live_unit: UnitOfWork, entered: Entered
) -> None:
    entry_id = entered()
    code = code_of(live_unit, entry_id)
    with live_unit.begin(VISITOR) as work:
        before = verify_code(work, code)
        assert b'"finding":"pending"' in ready_answer(work, code).body
    assert (before.finding, before.recorded, before.verdict) == (Finding.PENDING, Recorded.UNKNOWN, Colour.AMBER)
    integrate(live_unit)
    with live_unit.begin(VISITOR) as work:
        logged = verify_code(work, code)
        assert b'"finding":"valid"' in ready_answer(work, code.lower()).body
    assert (logged.finding, logged.recorded, logged.verdict) == (Finding.VALID, Recorded.YES, Colour.GREEN)
    assert logged.licence is not None
    assert (logged.licence["evidence"], logged.licence["document"]) == ("pending", None)
    content = published(live_unit, entry_id)
    with live_unit.begin(VISITOR) as work:
        finished = verify_code(work, code)
    assert finished.licence is not None
    assert finished.licence["document"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert "owner_name" not in str(finished.licence)
    assert len(content) < 150_000
    result = verify_document(live_unit, content)
    assert (result.finding, result.recorded) == (Finding.VALID, Recorded.YES)


def test_the_sealed_file_is_as_good_as_the_published_one(live_unit: UnitOfWork, entered: Entered) -> None:
    sealed = a_sealed_document(live_unit, "s", "Giấy phép s")
    entry_id = entered(sealed)
    assert finding(live_unit, sealed) is Finding.PENDING
    integrate(live_unit)
    result = verify_document(live_unit, sealed)
    assert (result.finding, result.recorded) == (Finding.VALID, Recorded.YES), result.reasons
    assert [one["field"] for one in result.signatures] == ["Official", "Seal"]
    assert len(published(live_unit, entry_id)) > len(sealed)


def test_what_is_not_the_published_file_is_never_green(live_unit: UnitOfWork, entered: Entered) -> None:
    content = published(live_unit, entered())
    appended = verify_document(live_unit, content + b"\n% one more line\n")
    assert appended.finding is Finding.ALTERED
    for place in (200, len(content) // 3, len(content) // 2, len(content) - 40):
        changed = bytearray(content)
        changed[place] ^= 1
        assert verify_document(live_unit, bytes(changed)).verdict is not Colour.GREEN, place
    for cut in (10, 1000, len(content) // 2, len(content) - 200):
        assert verify_document(live_unit, content[:cut]).verdict is not Colour.GREEN, cut


def test_another_signature_over_our_bytes_is_a_forgery(live_unit: UnitOfWork, entered: Entered) -> None:
    sealed = a_sealed_document(live_unit, "z", "Giấy phép z")
    entered(sealed)
    integrate(live_unit)
    (seal,) = [field for field in signed_fields(sealed) if field.name == SEAL]
    _, first, second, _ = seal.byte_range
    zeroed = sealed[: first + 1] + b"0" * (second - first - 2) + sealed[second - 1 :]
    assert verify_document(live_unit, zeroed).verdict is Colour.RED
    other = a_sealed_document(live_unit, "y", "Giấy phép y")
    (foreign,) = [field for field in signed_fields(other) if field.name == SEAL]
    swapped = (
        sealed[: first + 1] + foreign.contents.hex().encode().ljust(second - first - 2, b"0") + sealed[second - 1 :]
    )
    result = verify_document(live_unit, swapped)
    assert (result.verdict, result.finding) == (Colour.RED, Finding.SIGNATURE_SWAPPED)


def test_signed_but_not_issued_is_red(live_unit: UnitOfWork) -> None:
    sealed = a_sealed_document(live_unit, "never entered", "Giấy phép chưa cấp")
    result = verify_document(live_unit, sealed)
    assert (result.finding, result.recorded, result.verdict) == (
        Finding.SIGNED_NOT_ISSUED,
        Recorded.NO,
        Colour.RED,
    )


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF\n", b"PK\x03\x04" + bytes(500)])
def test_what_is_no_licence_is_amber_and_told(live_unit: UnitOfWork, content: bytes) -> None:
    assert verify_document(live_unit, content).verdict is Colour.AMBER


def test_an_unsigned_file_that_claims_to_be_ours_is_red(live_unit: UnitOfWork) -> None:
    plain = a_base_document(live_unit, "Giấy phép")
    assert finding(live_unit, plain) is Finding.NO_SIGNATURE
    address = f"{live_unit.tools[Settings].public_url.removeprefix('http://')}/l/ABC".encode()
    assert finding(live_unit, plain + b"\n% " + address) is Finding.CLAIMS_TO_BE_OURS


def test_an_unknown_code_was_never_given(live_unit: UnitOfWork, entered: Entered) -> None:
    code = code_of(live_unit, entered())
    wrong = code[:-2] + ("0" if code[-2] != "0" else "1") + code[-1]
    with live_unit.begin(VISITOR) as work:
        for malformed in (wrong, "", "x" * 500, code + "0", "'; DROP TABLE entries"):
            with pytest.raises(CodeMalformed):
                ready_answer(work, malformed)
        with pytest.raises(EntryNotFound):
            ready_answer(work, "0000000000001" if code != "0000000000001" else code)


def test_an_entry_is_made_once_and_its_number_stands_on_one_licence(live_unit: UnitOfWork) -> None:
    sealed = a_sealed_document(live_unit, "once", "Giấy phép once")
    new = new_entry(live_unit, "owner once", sealed)
    with live_unit.begin(SYSTEM) as work:
        first = enter(work, new).id
    with live_unit.begin(SYSTEM) as work:
        assert enter(work, new).id == first
    with live_unit.begin(SYSTEM) as work, pytest.raises(EntryConflict):
        enter(work, replace(new, pdf=bytes(32)))
    other = new_entry(live_unit, "owner twice", sealed)
    with live_unit.begin(SYSTEM) as work, pytest.raises(NumberTaken):
        enter(work, replace(other, number=new.number))


def test_every_leaf_is_proved_and_the_audit_agrees(live_unit: UnitOfWork, entered: Entered) -> None:
    entry_id = entered()
    size = integrate(live_unit)
    assert integrate(live_unit) == size
    with live_unit.begin(VISITOR) as work:
        (act,) = acts_of(work, entry_id)
        assert act.index is not None
        proof = inclusion_proof(work, act.index)
        assert proof.proves(act.event.body)
        assert not proof.proves(act.event.body + b" ")
        assert proof.text(act.event.body).startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert audit(live_unit) == []


def test_the_audit_sees_what_somebody_with_the_database_changed(
    live_unit: UnitOfWork, entered: Entered, settings: Settings
) -> None:
    entry_id = entered()
    integrate(live_unit)
    owner = sa.create_engine(settings.database_owner_url.replace("postgresql://", "postgresql+psycopg://"))
    changes = [
        (sa.update(Entry).values(number="999/2026"), Entry.id == entry_id, "says another “no”"),
        (sa.update(EntryEvent).values(body=b"{}"), EntryEvent.entry_id == entry_id, "do not have its hash"),
        (sa.update(Paper).values(sv=bytes(32)), Paper.entry_id == entry_id, "“sv” is not that of its act"),
    ]
    for change, which, expected in changes:
        with owner.connect() as connection:
            table = change.table
            column = next(iter(change.compile().params))
            before = connection.execute(sa.select(table.c[column]).where(which)).scalar_one()
            connection.execute(change.where(which))
            connection.commit()
            findings = audit(live_unit)
            connection.execute(sa.update(table).where(which).values({column: before}))
            connection.commit()
        assert any(expected in line for line in findings), (expected, findings)
    owner.dispose()
    assert audit(live_unit) == []


def test_without_a_responder_the_evidence_waits_and_the_licence_is_in_force(
    live_unit: UnitOfWork, entered: Entered, services: Services
) -> None:
    entry_id = entered()
    integrate(live_unit)
    paper_id = paper_of(live_unit, entry_id).id
    services.stop("responder")
    try:
        with pytest.raises(Exception, match=r"responder|reach|answer"):
            preserve_paper(live_unit, paper_id)
        with live_unit.begin(VISITOR) as work:
            assert verify_code(work, code_of(live_unit, entry_id)).finding is Finding.VALID
    finally:
        services.start("responder")
    preserve_paper(live_unit, paper_id)
    first = paper_of(live_unit, entry_id).published_sha256
    preserve_paper(live_unit, paper_id)
    assert paper_of(live_unit, entry_id).published_sha256 == first
