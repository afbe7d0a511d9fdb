"""Rows of the database are a way to find a leaf, never evidence: who edits them revives, issues and hides nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa

from config.access import SYSTEM, VISITOR
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.models import Entry, Paper
from registry.entries.numbering import NumberSeries, reserve_number, series_of, use_number
from registry.entries.queries import entry_by_id
from registry.entries.reserve import reserve_paper, void_paper
from registry.log.append import integrate
from registry.log.audit import audit
from registry.verification.by_code import verify_code
from registry.verification.by_document import verify_document
from registry.verification.claims import DATA
from registry.verification.result import Colour, Finding, Recorded
from signing.pades.digest import seal_facts
from signing.validation.look import LARGEST, beginning, look
from tests.documents import a_sealed_document
from tests.processes import Services
from tests.registry.conftest import Entered, new_entry


@contextmanager
def edited(unit: UnitOfWork, table: type[Entry] | type[Paper], key: UUID, **values: Any) -> Iterator[None]:
    """A row changed by hand, and put back afterwards."""
    which = (table.id if table is Entry else Paper.entry_id) == key
    with unit.begin(SYSTEM) as work:
        before = {name: work.session.scalar(sa.select(getattr(table, name)).where(which)) for name in values}
        work.session.execute(sa.update(table).where(which).values(**values))
    try:
        yield
    finally:
        with unit.begin(SYSTEM) as work:
            work.session.execute(sa.update(table).where(which).values(**before))


def test_an_edited_last_day_revives_nothing(live_unit: UnitOfWork) -> None:
    new = new_entry(live_unit, "expired", a_sealed_document(live_unit, "expired", "expired"), date(2026, 1, 2))
    with live_unit.begin(SYSTEM) as work:
        entry = enter(work, new)
    integrate(live_unit)
    with live_unit.begin(VISITOR) as work:
        assert verify_code(work, entry.register_code).finding is Finding.EXPIRED
    with edited(live_unit, Entry, entry.id, valid_until=date(2199, 1, 1)), live_unit.begin(VISITOR) as work:
        assert verify_code(work, entry.register_code).finding is Finding.LOG_DISAGREES


@pytest.mark.parametrize(
    "change",
    [
        {"valid_until": date(2199, 1, 1)},
        {"public_facts": []},
        {"kind": "other"},
        {"agency": "other"},
        {"issued_on": date(2020, 1, 1)},
        {"title": {"vi": "Khác", "en": "Other"}},
    ],
)
def test_the_audit_and_the_verdict_see_an_edited_entry(
    live_unit: UnitOfWork, entered: Entered, change: dict[str, Any]
) -> None:
    entry_id = entered()
    integrate(live_unit)
    with live_unit.begin(VISITOR) as work:
        code = entry_by_id(work, entry_id).register_code
    with edited(live_unit, Entry, entry_id, **change):
        assert audit(live_unit) != []
        with live_unit.begin(VISITOR) as work:
            assert verify_code(work, code).finding is Finding.LOG_DISAGREES
    assert audit(live_unit) == []


def test_a_paper_row_that_points_elsewhere_makes_no_licence(live_unit: UnitOfWork, entered: Entered) -> None:
    entry_id = entered()
    integrate(live_unit)
    forged = a_sealed_document(live_unit, "forged", "never entered")
    facts = seal_facts(forged)
    values = {"pdf": facts.byte_range_digest, "sv": facts.signature_value_sha256, "sk": facts.certificate_sha256}
    with edited(live_unit, Paper, entry_id, **values):
        result = verify_document(live_unit, forged)
    assert (result.finding, result.recorded) == (Finding.LOG_DISAGREES, Recorded.NO)


def test_a_published_digest_is_not_believed(live_unit: UnitOfWork, entered: Entered) -> None:
    entry_id = entered()
    integrate(live_unit)
    with edited(live_unit, Paper, entry_id, published_sha256="0" * 64):
        assert verify_document(live_unit, b"any bytes at all").verdict is not Colour.GREEN


def test_our_seal_on_what_was_never_entered_is_red_without_a_responder(
    live_unit: UnitOfWork, entered: Entered, services: Services
) -> None:
    entered()
    integrate(live_unit)
    stolen = a_sealed_document(live_unit, "stolen", "stolen")
    services.stop("responder")
    try:
        result = verify_document(live_unit, stolen)
    finally:
        services.start("responder")
    assert (result.verdict, result.finding) == (Colour.RED, Finding.SIGNED_NOT_ISSUED)


def test_a_log_out_of_reach_is_amber_not_red(live_unit: UnitOfWork, entered: Entered) -> None:
    entry_id = entered()
    integrate(live_unit)
    with live_unit.begin(VISITOR) as work:
        code = entry_by_id(work, entry_id).register_code
    folder = live_unit.tools[Settings].log_folder / "tile"
    away = folder.rename(folder.with_name("away"))
    try:
        with live_unit.begin(VISITOR) as work:
            result = verify_code(work, code)
    finally:
        away.rename(folder)
    assert (result.finding, result.recorded, result.verdict) == (
        Finding.LOG_UNREACHABLE,
        Recorded.UNKNOWN,
        Colour.AMBER,
    )


def test_the_audit_reads_every_tile(live_unit: UnitOfWork, entered: Entered) -> None:
    entered()
    integrate(live_unit)
    bundles = [path for path in (live_unit.tools[Settings].log_folder / "tile/entries").rglob("*") if path.is_file()]
    newest = max(bundles, key=lambda path: int(path.name))
    before = newest.read_bytes()
    newest.write_bytes(b"")
    try:
        assert any("tile/entries" in line for line in audit(live_unit))
    finally:
        newest.write_bytes(before)


def test_void_marks_are_not_given_again_and_used_numbers_stay(live_unit: UnitOfWork) -> None:
    with live_unit.begin(SYSTEM) as work:
        void = reserve_paper(work, "void marks").register_code
        void_paper(work, "void marks", "expired")
    with live_unit.begin(SYSTEM) as work:
        assert reserve_paper(work, "void marks").register_code != void
    series = NumberSeries("agency of this test", "R", 2026)
    with live_unit.begin(SYSTEM) as work:
        reserve_number(work, series, "used number")
        use_number(work, "used number")
        assert reserve_number(work, replace(series, year=2027), "used number") == 1
        assert [item.state for item in series_of(work, series)] == ["used"]


def test_a_number_may_come_back_in_another_year(live_unit: UnitOfWork) -> None:
    for owner, day in (("year one", date(2026, 1, 4)), ("year two", date(2027, 1, 4))):
        new = new_entry(live_unit, owner, a_sealed_document(live_unit, owner, owner))
        with live_unit.begin(SYSTEM) as work:
            enter(work, replace(new, number="1/GP-UBND", issued_on=day, valid_until=None))
    integrate(live_unit)


def test_a_bomb_in_an_attachment_stays_small() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        content = b'{"schema":"antin.licence.v1"}' + bytes(60_000_000)
        pdf.attachments["licence.json"] = pikepdf.AttachedFileSpec(pdf, content, filename="licence.json")
        out = io.BytesIO()
        pdf.save(out, compress_streams=True)
    assert look(out.getvalue(), DATA)[0].carries
    with pikepdf.open(io.BytesIO(out.getvalue())) as again:
        assert len(beginning(again.attachments["licence.json"].obj.EF.F)) <= LARGEST
