"""A register as files for the archive: CSV, and PDF/A with the CSV inside."""

from __future__ import annotations

import csv
import io

import pikepdf
import pytest

from config.access import SYSTEM
from config.settings import Settings
from config.tokens import new_id
from config.unit_of_work import UnitOfWork
from licensing.accounts.open_agency import NewAgency
from licensing.accounts.roles import Role
from licensing.licences.prepare import reserve_licence
from licensing.licences.registers.errors import ExportNotSigned, RegisterNotFound
from licensing.licences.registers.export import export_csv, export_pdf, to_csv, whole_year
from licensing.licences.registers.rules import form_of_register, received_and_kept, without_formula
from licensing.licences.registers.signed import order_signed, ordered, signed_file
from signing.pades.levels import Level, level_of
from signing.receipts.queries import ReceiptState
from signing.receipts.sign import sign_receipt
from tests.licensing.factories import AGENCY, Cast, a_cast, a_grant, acting, an_agency, an_officer
from tests.licensing.fixtures import reactor, unit
from tests.licensing.licences.book import a_licence, cast, year
from tests.verapdf.check import faults

OTHER = NewAgency(**{**AGENCY.__dict__, "code": "000.00.10.H99", "symbol": "SK", "seal_key": "seal-khac"})
__all__ = ["cast", "reactor", "unit", "year"]


def test_the_csv_has_the_columns_of_the_form_and_no_formula(unit: UnitOfWork, cast: Cast, year: int) -> None:
    with unit.begin(SYSTEM) as work:
        a_licence(work, cast)
        export = whole_year(acting(work, cast.clerk), AGENCY.code, year)
    name, content = export_csv(unit, cast.clerk, AGENCY.code, year)
    assert (name, content) == (f"so-dang-ky-SVD-{year}.csv", to_csv(export))
    assert content.startswith("\ufeff".encode())
    head, line = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == [column.heading.vi for column in form_of_register().columns]
    assert line[0] == f"1/{year}/GP-SVD"
    assert [without_formula(cell) for cell in ("=1+1", "+84", "-1", "@x", "–", "A")] == [
        *("'=1+1", "'+84", "'-1", "'@x"),
        *("–", "A"),
    ]


def test_the_pdf_is_typeset_with_the_csv_inside(live_unit: UnitOfWork, settings: Settings) -> None:
    with live_unit.begin(SYSTEM) as work:
        cast, year = a_cast(work), work.clock.today().year
        reserve_licence(work, a_grant(work, cast).id)
    name, content = export_pdf(live_unit, cast.clerk, AGENCY.code, year)
    assert name == f"so-dang-ky-SVD-{year}.pdf"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        inside = pdf.attachments["register.csv"].get_file().read_bytes()
        assert "pdfaid:part" in str(pdf.Root.Metadata.read_bytes())
    assert inside == export_csv(live_unit, cast.clerk, AGENCY.code, year)[1]


def test_a_signed_pdf_is_filed_and_handed_out_once_it_is_signed(live_unit: UnitOfWork) -> None:
    with live_unit.begin(SYSTEM) as work:
        cast, year = a_cast(work), work.clock.today().year
        reserve_licence(work, a_grant(work, cast).id)
        stranger = an_officer(work, Role.CLERK, agency=an_agency(work, OTHER).code)
    made = order_signed(live_unit, cast.clerk, AGENCY.code, year)
    with live_unit.begin(cast.clerk) as work:
        assert ordered(work, AGENCY.code, year, made).state is ReceiptState.FILED
        with pytest.raises(ExportNotSigned):
            signed_file(work, AGENCY.code, year, made)
    sign_receipt(live_unit, made)
    with live_unit.begin(cast.clerk) as work:
        name, content = signed_file(work, AGENCY.code, year, made)
        for other in ((AGENCY.code, year - 1, made), (AGENCY.code, year, new_id()), (OTHER.code, year, made)):
            with pytest.raises(RegisterNotFound):
                ordered(work, *other)
    with live_unit.begin(stranger) as work:
        for code in (AGENCY.code, OTHER.code):
            with pytest.raises(RegisterNotFound):
                ordered(work, code, year, made)
    assert name == f"so-dang-ky-SVD-{year}.pdf" and level_of(content) is Level.B_LTA


def test_the_pdf_is_for_the_archive_and_for_everybody(live_unit: UnitOfWork) -> None:
    with live_unit.begin(SYSTEM) as work:
        cast, year = a_cast(work), work.clock.today().year
        for _ in range(3):
            reserve_licence(work, a_grant(work, cast).id)
    _, content = export_pdf(live_unit, cast.clerk, AGENCY.code, year)
    assert faults(content, "3a") == []
    assert faults(content, "ua1") == []


def test_who_receives_and_who_keeps() -> None:
    recipients = ["Như Điều 1", "Ủy ban nhân dân xã", "Lưu: VT, phòng chuyên môn"]
    assert received_and_kept("Công ty Ví Dụ", recipients) == (
        "Công ty Ví Dụ; Ủy ban nhân dân xã",
        "VT, phòng chuyên môn",
    )
    assert received_and_kept("", []) == ("", "VT")
