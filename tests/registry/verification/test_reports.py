"""Reports on a file: made of what was told, in two languages and two forms, without the file, for a short while."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.access import SYSTEM, as_visitor
from config.clock import FrozenClock
from config.settings import Settings
from config.tokens import new_id
from config.unit_of_work import UnitOfWork
from registry.verification.check_file import Looked, look_at_file
from registry.verification.reports import as_pdf
from registry.verification.reports.as_pdf import LONGEST, pdf_report
from registry.verification.reports.ticket import LASTS, Ticket, TicketNotGood, read_ticket, signed
from registry.verification.result import Colour, Finding, Recorded, Result
from registry.verification.words import WORDS
from signing.receipts.file import file_receipt
from signing.trust.anchors import TrustStore
from signing.validation.report import Kind, Report, Verdict
from signing.validation.validate import validate
from tests.documents import a_plain_document, a_sealed_document, altered, work_off, written_over
from tests.registry.verification.test_file_pages import send
from tests.signing.validation.etsi_schema import faults

SECRET = "another" * 6
HEADERS = {"Sec-Fetch-Site": "same-origin"}


def ticket_in(page: TestResponse) -> str:
    """What the page holds for a report."""
    (found,) = re.findall(r'name="ticket" value="([^"]+)"', page.text)
    return html.unescape(found)


def text_of(pdf: bytes) -> str:
    """What a PDF says, in one line."""
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def ask(browser: FlaskClient, ticket: str, kind: str, path: str = "/verify/report") -> TestResponse:
    answer: TestResponse = browser.post(path, data={"ticket": ticket, "kind": kind}, headers=HEADERS)
    return answer


def test_a_report_as_pdf_and_as_xml_of_what_the_page_told(
    browser: FlaskClient, published: tuple[bytes, str], settings: Settings
) -> None:
    content = written_over(published[0])
    ticket = ticket_in(send(browser, content, path="/en/verify"))
    english = ask(browser, ticket, "pdf", "/en/verify/report")
    assert (english.status_code, english.mimetype) == (200, "application/pdf")
    assert english.headers["Cache-Control"] == "no-store"
    digest = hashlib.sha256(content).hexdigest()
    name = rf'attachment; filename="verification-report-{digest[:12]}-\d{{8}}\.pdf"'
    assert re.fullmatch(name, english.headers["Content-Disposition"])
    told = text_of(english.data)
    for part in (
        WORDS[Finding.ALTERED]["en"],
        "What page 1 shows is not what was signed.",
        "Certificate valid when it signed",
        "What was signed is still there, but the document was altered afterwards.",
        "Antin signature validation policy 1",
        published[1][:4],
    ):
        assert part in told, part
    assert digest in told.replace(" ", "").replace("\u200b", "")
    vietnamese = text_of(ask(browser, ticket, "pdf").data)
    assert WORDS[Finding.ALTERED]["vi"] in vietnamese
    assert "Chứng thư còn hiệu lực khi ký" in vietnamese
    xml = ask(browser, ticket, "xml")
    assert (xml.mimetype, faults(xml.data)) == ("application/xml", [])
    assert digest in xml.text


def test_the_pdf_is_for_the_archive_and_for_everybody(browser: FlaskClient, published: tuple[bytes, str]) -> None:
    page = browser.get(f"/en/verify/digest/{hashlib.sha256(published[0]).hexdigest()}")
    pdf = ask(browser, ticket_in(page), "pdf", "/en/verify/report").data
    with pikepdf.open(BytesIO(pdf)) as document:
        described = document.Root.Metadata.read_bytes().decode()
        assert re.search(r"pdfaid:part[>=\"]+3", described)
        assert re.search(r"pdfuaid:part[>=\"]+1", described)
        assert (str(document.Root.Lang), bool(document.Root.MarkInfo.Marked)) == ("en", True)
        assert "/AcroForm" not in document.Root  # so that it can be signed as it is
        assert faults(document.attachments["report.xml"].get_file().read_bytes()) == []
    assert WORDS[Finding.VALID]["en"] in text_of(pdf)


def test_a_ticket_that_is_old_altered_or_another_s_makes_no_report(
    browser: FlaskClient, live_unit: UnitOfWork, app: Flask, settings: Settings
) -> None:
    now = live_unit.clock.now()
    report = Report(Verdict.INVALID, now)
    looked = Looked(Result(Finding.ALTERED, Recorded.NO, now, None, report=report))
    ticket = Ticket.of(looked, "00" * 32, 3)
    assert ticket is not None
    good = signed(ticket, SECRET)
    assert good is not None
    assert read_ticket(good, SECRET, now) == ticket
    assert read_ticket(good, SECRET, now + LASTS) == ticket
    early = signed(replace(ticket, as_of=now + timedelta(minutes=5)), SECRET)
    for text, secret, moment in (
        (good, SECRET, now + LASTS + timedelta(seconds=1)),
        (good, "a third" * 6, now),
        (good[:-2], SECRET, now),
        ("", SECRET, now),
        ("x" * 400_000, SECRET, now),
        (early or "", SECRET, now),
    ):
        with pytest.raises(TicketNotGood):
            read_ticket(text, secret, moment)
    page = ask(browser, good, "pdf", "/en/verify/report")  # not signed with the secret of this installation
    assert page.status_code == 422
    assert "older than half an hour, or is not ours" in page.text
    elsewhere = app.test_client().post("/verify/report", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403


def test_a_verdict_without_a_report_or_too_long_for_a_form_offers_none(live_unit: UnitOfWork) -> None:
    now = live_unit.clock.now()
    assert Ticket.of(Looked(Result(Finding.VALID, Recorded.YES, now)), "00" * 32, 3) is None
    noise = hashlib.shake_256(b"").hexdigest(300_000)
    report = Report(Verdict.INVALID, now, (noise,))
    ticket = Ticket.of(Looked(Result(Finding.ALTERED, Recorded.NO, now, None, report=report)), "00" * 32, 3)
    assert ticket is not None
    assert signed(ticket, SECRET) is None


HOSTILE = (
    *('#import "@preview/x:1": y', "<b>&amp;", "$ x $ \\ *bold*", "中文 😀 العربية \u202e\x00"),
    *("W" * 5_000, "a b " * 2_000),
)


def test_what_strangers_write_is_printed_and_nothing_else(
    app: Flask, live_unit: UnitOfWork, published: tuple[bytes, str]
) -> None:
    looked = look_at_file(live_unit, written_over(published[0]))
    report = looked.result.report
    assert report is not None
    for name in HOSTILE:
        for one in report.signatures:
            one.signer = one.trust_anchor = name
        hostile = replace(looked.result, report=replace(report, notes=(name,) * 100), reasons=(name,))
        ticket = Ticket.of(Looked(hostile, looked.comparison), "00" * 32, 3)
        assert ticket is not None
        with app.test_request_context("/verify"):
            as_visitor()
            told = text_of(pdf_report(live_unit, ticket)).replace("\u200b", "")
        if len(name) < LONGEST and name.isascii():
            assert " ".join(name.split()) in told
        assert len(told) < 60_000


def test_one_report_at_a_time_is_typeset(
    browser: FlaskClient, published: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.get(f"/verify/digest/{hashlib.sha256(published[0]).hexdigest()}")
    monkeypatch.setattr(as_pdf, "PATIENCE", 0.01)
    with as_pdf.one_at_a_time:
        assert ask(browser, ticket_in(page), "pdf").status_code == 503


def test_files_that_are_no_licence_get_their_report_as_well(browser: FlaskClient, live_unit: UnitOfWork) -> None:
    sealed = a_sealed_document(live_unit, "for a report", "never entered")
    for content in (sealed, altered(sealed), b"no PDF", sealed[: len(sealed) // 2]):
        ticket = ticket_in(send(browser, content))
        pdf, xml = ask(browser, ticket, "pdf"), ask(browser, ticket, "xml")
        assert (pdf.status_code, xml.status_code, faults(xml.data)) == (200, 200, [])
        assert hashlib.sha256(content).hexdigest()[:16] in text_of(pdf.data)


def sign(browser: FlaskClient, ticket: str, path: str = "/verify/report/sign") -> TestResponse:
    answer: TestResponse = browser.post(path, data={"ticket": ticket}, headers=HEADERS)
    return answer


def test_a_report_is_signed_by_a_job_and_handed_out_for_some_hours(
    app: Flask, browser: FlaskClient, live_unit: UnitOfWork, dated_unit: UnitOfWork, published: tuple[bytes, str]
) -> None:
    ticket = ticket_in(send(browser, written_over(published[0]), path="/en/verify"))
    filed = sign(browser, ticket, "/en/verify/report/sign")
    assert filed.status_code == 303
    address = filed.headers["Location"]
    assert re.fullmatch(r"/en/verify/reports/[0-9a-f-]{36}", address)
    assert sign(browser, ticket, "/en/verify/report/sign").headers["Location"] == address  # pressed twice
    assert sign(browser, ticket).headers["Location"] != "/" + address.partition("/en/")[2]  # in Vietnamese: another
    page = browser.get(address)
    assert (page.status_code, "is being signed" in page.text) == (200, True)
    assert browser.get(f"{address}/file").status_code == 404
    work_off(live_unit)
    page = browser.get(address)
    assert f'href="{address}/file"' in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    pdf = browser.get(f"{address}/file").data
    assert WORDS[Finding.ALTERED]["en"] in text_of(pdf)
    assert "This service signs this report with its own key" in text_of(pdf)
    report = validate(pdf, live_unit.tools[TrustStore], live_unit.clock.now())
    (one,) = [found for found in report.signatures if found.kind is Kind.SIGNATURE]
    assert (report.verdict, one.field, one.time_source) == (Verdict.VALID, "Receipt", "timestamp")
    looked = look_at_file(live_unit, pdf).result
    assert (looked.finding, looked.verdict) == (Finding.RECEIPT, Colour.AMBER)
    changed = look_at_file(live_unit, written_over(pdf)).result
    assert changed.finding is not Finding.RECEIPT
    late = live_unit.clock.now() + timedelta(hours=live_unit.tools[Settings].report_hours, seconds=5)
    app.extensions["unit_of_work"] = dated_unit
    assert isinstance(dated_unit.clock, FrozenClock)
    dated_unit.clock.at = late
    for path in (address, f"{address}/file"):
        assert browser.get(path).status_code == 404


def test_receipts_of_other_kinds_are_not_handed_out_here(browser: FlaskClient, live_unit: UnitOfWork) -> None:
    with live_unit.begin(SYSTEM) as work:
        other = file_receipt(work, a_plain_document(live_unit, "somebody's slip"), "slip", "not for strangers")
    for path in (f"/verify/reports/{other}", f"/verify/reports/{other}/file", f"/verify/reports/{new_id()}"):
        assert browser.get(path).status_code == 404


def test_no_more_reports_are_signed_than_the_settings_allow(
    app: Flask, browser: FlaskClient, live_unit: UnitOfWork, published: tuple[bytes, str], settings: Settings
) -> None:
    page = browser.get(f"/en/verify/digest/{hashlib.sha256(published[0]).hexdigest()}")
    assert "Signed report (PDF)" in page.text
    none = replace(settings, reports_an_hour=0)
    live_unit.tools.add(none)
    app.extensions["settings"] = none
    try:
        refused = sign(browser, ticket_in(page), "/en/verify/report/sign")
        assert (refused.status_code, "Too many signed reports" in refused.text) == (503, True)
        page = browser.get(f"/en/verify/digest/{hashlib.sha256(published[0]).hexdigest()}")
        assert "Signed report (PDF)" not in page.text
    finally:
        live_unit.tools.add(settings)
    assert sign(browser, "no ticket").status_code == 422
