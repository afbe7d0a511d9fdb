"""What a stranger is told of a file, whatever is brought: only what the log proves is green."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import quote

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.access import as_visitor
from config.security import UPLOAD_FRAME
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.models import Paper
from registry.verification import check_file
from registry.verification.check_file import Looked
from registry.verification.pages import result_page
from registry.verification.result import Finding, Recorded, Result
from registry.verification.words import WORDS
from tests.documents import a_sealed_document, altered, written_over
from tests.registry.conftest import edited
from tests.signing.pades.build import issued
from tests.signing.validation.etsi_schema import faults

HOSTILE = "<img src=x onerror=alert(1)>"


def send(browser: FlaskClient, content: bytes, name: str = "a.pdf", path: str = "/verify") -> TestResponse:
    """A file by the form, as a browser sends it."""
    answer: TestResponse = browser.post(
        path, data={"file": (io.BytesIO(content), name)}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    return answer


def test_no_file_an_empty_one_too_many_and_one_that_is_too_large(
    app: Flask, browser: FlaskClient, settings: Settings
) -> None:
    none = browser.post("/en/verify", data={"csrf_token": ""}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (none.status_code, "Choose the PDF of the licence first." in none.text) == (422, True)
    unnamed = send(browser, b"", "", "/en/verify")
    assert (unnamed.status_code, "Choose the PDF of the licence first." in unnamed.text) == (422, True)
    empty = send(browser, b"", path="/en/verify")
    assert (empty.status_code, "This file is empty." in empty.text) == (422, True)
    app.config["MAX_CONTENT_LENGTH"] = 1_000 + UPLOAD_FRAME
    large = send(browser, bytes(2_000 + UPLOAD_FRAME), path="/en/verify")
    assert (large.status_code, "This file is too large" in large.text) == (413, True)
    for _ in range(check_file.AT_ONCE):
        assert check_file.places.acquire(blocking=False)
    try:
        busy = send(browser, b"%PDF", path="/en/verify")
    finally:
        for _ in range(check_file.AT_ONCE):
            check_file.places.release()
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert "Other files are being checked" in busy.text
    assert {page.headers["Cache-Control"] for page in (none, unnamed, empty, large, busy)} == {"no-store"}


def test_who_asks_for_a_published_file_waits_for_its_first_validation_but_not_for_ever(
    browser: FlaskClient, published: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/verify/digest/{hashlib.sha256(published[0]).hexdigest()}"
    monkeypatch.setattr(check_file, "PATIENCE", 0.01)
    with check_file.first_time:
        busy = browser.get(path)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert browser.get(path).status_code == 200


def test_the_published_file_has_an_address_of_its_own(browser: FlaskClient, published: tuple[bytes, str]) -> None:
    content, code = published
    digest = hashlib.sha256(content).hexdigest()
    known = browser.get(f"/verify/digest/{digest}", headers={"Accept": "application/json"})
    answer = known.get_json()
    assert answer.pop("published_at") is not None
    assert answer == {"sha256": digest, "register_code": code, "newest": digest}
    assert known.headers["Access-Control-Allow-Origin"] == "*"
    sent = send(browser, content, path="/en/verify")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/en/verify/digest/{digest}")
    page = browser.get(f"/verify/digest/{digest}")
    assert (page.status_code, WORDS[Finding.VALID]["vi"] in page.text) == (200, True)
    assert page.text.count("chữ ký hợp lệ") == 3
    for _ in range(check_file.AT_ONCE):
        assert check_file.places.acquire(blocking=False)
    try:  # what was examined before needs no place
        assert browser.get(f"/verify/digest/{digest}").status_code == 200
    finally:
        for _ in range(check_file.AT_ONCE):
            check_file.places.release()


@pytest.mark.parametrize("digest", ["0" * 64, "xyz", "A" * 64, "0" * 63, HOSTILE])
def test_a_digest_that_nobody_knows(browser: FlaskClient, digest: str) -> None:
    path = f"/verify/digest/{quote(digest, safe='')}"
    page = browser.get(path)
    assert page.status_code == 404
    assert HOSTILE not in page.text
    answer = browser.get(path, headers={"Accept": "application/json"})
    assert answer.get_json()["register_code"] is None


def test_a_row_that_calls_other_bytes_published_makes_no_green_page(
    browser: FlaskClient, live_unit: UnitOfWork, settings: Settings, published: tuple[bytes, str]
) -> None:
    content, _ = published
    forged = a_sealed_document(live_unit, "forged for a page", "never entered")
    digest = live_unit.tools[Storage].put(forged)
    lost = hashlib.sha256(b"not stored").hexdigest()
    which = Paper.published_sha256 == hashlib.sha256(content).hexdigest()
    with edited(settings, Paper, which, Paper.published_sha256 == digest, published_sha256=digest):
        page = browser.get(f"/verify/digest/{digest}")
        assert (page.status_code, "verdict--red" in page.text) == (200, True)
        assert WORDS[Finding.SIGNED_NOT_ISSUED]["vi"] in page.text
    with edited(settings, Paper, which, Paper.published_sha256 == lost, published_sha256=lost):
        assert browser.get(f"/verify/digest/{lost}").status_code == 404


def test_what_is_no_licence_of_ours_is_never_green(browser: FlaskClient, published: tuple[bytes, str]) -> None:
    content, _ = published
    brought = {
        "altered by a byte": altered(content),
        "appended to": content + b"\n% one more line\n",
        "cut": content[: len(content) // 2],
        "no PDF": b"MZ" + bytes(1_000),
        "markup": HOSTILE.encode(),
        "signed by strangers": issued().preserved,
        "not signed": with_hostile_metadata(),
    }
    for what, file in brought.items():
        page = send(browser, file, HOSTILE + ".pdf")
        assert page.status_code == 200, what
        assert "verdict--green" not in page.text, what
        assert 'href="tel:' in page.text, what
        assert page.headers["Cache-Control"] == "no-store", what
        assert HOSTILE not in page.text, what
    assert "verdict--red" in send(browser, brought["altered by a byte"]).text
    assert WORDS[Finding.UNKNOWN_ISSUER]["en"] in send(browser, brought["signed by strangers"], path="/en/verify").text
    assert WORDS[Finding.NO_SIGNATURE]["en"] in send(browser, brought["not signed"], path="/en/verify").text


def test_pages_that_differ_from_what_was_sealed_are_shown_in_both_states(
    browser: FlaskClient, published: tuple[bytes, str], tmp_path: Path
) -> None:
    stored = set(tmp_path.rglob("*"))  # the storage is there
    assert stored
    page = send(browser, written_over(published[0]), path="/en/verify")
    assert "verdict--red" in page.text
    assert "What page 1 shows is not what was signed." in page.text
    assert page.text.count('src="data:image/webp;base64,') == 2
    assert "Page 1 as it was signed; where it differs it has a red frame" in page.text
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert set(tmp_path.rglob("*")) == stored
    assert "What was signed, and what is shown now" not in send(browser, altered(published[0]), path="/en/verify").text


def test_programs_get_the_report_of_the_standard_with_what_the_register_says(
    app: Flask, published: tuple[bytes, str]
) -> None:
    client, sent = app.test_client(), {"content_type": "application/pdf", "headers": {"Accept": "application/xml"}}
    for content, finding, passed in ((published[0], "valid", True), (written_over(published[0]), "altered", False)):
        answer = client.post("/v1/verify", data=content, **sent)
        assert (answer.status_code, answer.mimetype, faults(answer.data)) == (200, "application/xml", [])
        assert answer.headers["Cache-Control"] == "no-store"
        assert f">{finding}: {escape(WORDS[Finding(finding)]['en'])}<" in answer.text
        assert ("mainindication:total-passed" in answer.text) == passed
        assert hashlib.sha256(content).hexdigest() in answer.text
    anything = client.post("/v1/verify", data=published[0], content_type="application/pdf", headers={"Accept": "*/*"})
    assert anything.mimetype == "application/json"


def test_nothing_is_drawn_once_the_check_took_long(
    browser: FlaskClient, published: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_file, "TIME_TO_DRAW", -1.0)
    page = send(browser, written_over(published[0]), path="/en/verify")
    assert "The pages could not be drawn" in page.text
    assert "data:image/webp" not in page.text


def with_hostile_metadata() -> bytes:
    """An unsigned PDF whose title is markup."""
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = document.docinfo["/Author"] = HOSTILE
        document.save(written)
    return written.getvalue()


def test_names_in_signatures_and_reasons_are_text(app: Flask, live_unit: UnitOfWork) -> None:
    signature = {"kind": "signature", "signer": HOSTILE, "signed_at": None, "time_source": None, "verdict": "invalid"}
    now = live_unit.clock.now()
    result = Result(Finding.ALTERED, Recorded.NO, now, None, [signature, signature | {"signer": None}], [HOSTILE])
    with app.test_request_context("/verify"):
        as_visitor()
        page = result_page(Looked(replace(result, notes=[HOSTILE]))).get_data(as_text=True)
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3
    assert HOSTILE not in page


def test_another_site_s_form_is_refused(app: Flask) -> None:
    sent = app.test_client().post("/verify", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403
