"""The pages of verification: what a stranger is told, whatever is asked and brought; nobody is asked who."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import registry.wiring
from config.access import SYSTEM, as_visitor
from config.front import register_front
from config.languages import register_languages
from config.pages import register_pages
from config.problems import ProblemApi, register_problem_handlers
from config.security import UPLOAD_FRAME, register_security
from config.settings import Settings
from config.static import register_static
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.codes import readable
from registry.entries.enter import enter
from registry.entries.models import Entry, Paper
from registry.log.append import integrate
from registry.verification import check_file
from registry.verification.pages import result_page
from registry.verification.result import Colour, Finding, Recorded, Result
from registry.verification.shown import fact_text
from registry.verification.words import ADVICE, STATUS_WORDS, WORDS
from tests.documents import a_sealed_document, altered, work_off
from tests.registry.conftest import Entered, edited, made_up_entry
from tests.signing.pades.build import issued

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def app(live_unit: UnitOfWork, settings: Settings) -> Flask:
    """The pages of the registry alone. Nothing here knows who is signed in: asking would fail."""
    app = Flask(__name__, static_folder=None)
    app.config.update(API_TITLE="Antin", API_VERSION="1", OPENAPI_VERSION="3.1.0", SECRET_KEY="k" * 40)
    app.extensions["unit_of_work"], app.extensions["settings"] = live_unit, settings
    app.extensions["actor_loader"] = lambda: pytest.fail("somebody asked who is signed in")
    for part in (register_security, register_pages, register_static):
        part(app, settings)
    register_languages(app)
    register_front(app)
    registry.wiring.register(app, ProblemApi(app))
    register_problem_handlers(app)
    return app


@pytest.fixture
def browser(app: Flask, settings: Settings) -> FlaskClient:
    """As a browser asks, with the cookie of somebody who is signed in."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = HTML["Accept"]
    client.set_cookie(app.config["SIGN_IN_COOKIE"], "somebody's secret")
    return client


@pytest.fixture
def code(live_unit: UnitOfWork) -> str:
    new = made_up_entry(live_unit)
    with live_unit.begin(SYSTEM) as work:
        code = enter(work, new).register_code
    integrate(live_unit)
    return code


@pytest.fixture
def published(live_unit: UnitOfWork, entered: Entered) -> tuple[bytes, str]:
    """A licence's published file and register code."""
    entry_id = entered()
    integrate(live_unit)
    work_off(live_unit)
    query = sa.select(Paper.published_sha256, Entry.register_code).join(Entry, Entry.id == Paper.entry_id)
    with live_unit.begin(SYSTEM) as work:
        digest, code = work.session.execute(query.where(Paper.entry_id == entry_id)).one()
    assert digest is not None
    return live_unit.tools[Storage].get(digest), code


def send(browser: FlaskClient, content: bytes, name: str = "a.pdf", path: str = "/verify") -> TestResponse:
    """A file by the form, as a browser sends it."""
    answer: TestResponse = browser.post(
        path, data={"file": (io.BytesIO(content), name)}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    return answer


def test_a_browser_gets_a_page_and_a_program_what_it_got_before(browser: FlaskClient, code: str) -> None:
    page = browser.get(f"/l/{code}")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert WORDS[Finding.VALID]["vi"] in page.text
    assert STATUS_WORDS["valid"]["vi"] in page.text
    assert "đến 01/01/2099" in page.text
    english = browser.get(f"/en/l/{readable(code)}")
    assert WORDS[Finding.VALID]["en"] in english.text
    assert 'lang="en"' in english.text
    for asked in (
        {},
        {"Accept": "*/*"},
        {"Accept": "application/json"},
        {"Accept": "application/json, text/html;q=0.5"},
    ):
        answer = browser.get(f"/l/{code}", headers={"Accept": "*/*"} | asked)
        assert answer.mimetype == "application/json"
        assert answer.headers["Vary"] == "Accept"
    assert browser.get(f"/l/{code}?format=json").get_json()["finding"] == "valid"


@pytest.mark.parametrize("path", ["/l/{code}", "/verify", "/l/0000000000001", "/verify/digest/" + "0" * 64])
def test_no_page_reads_or_sets_a_cookie_and_caches_may_keep_it_shortly(
    browser: FlaskClient, code: str, path: str
) -> None:
    page = browser.get(path.format(code=code))
    assert page.headers["Cache-Control"] == "public, max-age=5"
    assert "Set-Cookie" not in page.headers
    assert {name.strip() for name in page.headers["Vary"].split(",")} == {"Accept", "Accept-Encoding"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_code_that_nobody_has_and_one_that_is_none(browser: FlaskClient, language: str) -> None:
    prefix = "/en" if language == "en" else ""
    unknown = browser.get(f"{prefix}/l/0000000000001")
    assert (unknown.status_code, "verdict--red" in unknown.text) == (404, True)
    malformed = browser.get(f"{prefix}/l/0000000000002")
    assert (malformed.status_code, "verdict--amber" in malformed.text) == (404, True)
    for page in (unknown, malformed):
        assert 'href="tel:' in page.text
        assert 'action="' + prefix + '/verify"' in page.text


@pytest.mark.parametrize("text", [HOSTILE, "'\"><svg onload=alert(1)>", "{{7*7}}", "%s%n", "x" * 5_000, "…‮"])
def test_a_hostile_code_is_shown_as_text_or_not_at_all(browser: FlaskClient, text: str) -> None:
    for path in (f"/l/{quote(text, safe='')}", f"/verify?code={quote(text)}"):
        page = browser.get(path)
        assert page.status_code in (404, 422)
        assert "<img" not in page.text.replace('<img src="/static', "")
        assert "<svg onload" not in page.text
        assert "49" not in page.text.partition("<main")[2].partition('value="')[2].partition('"')[0]
        assert len(page.text) < 20_000


def test_a_code_is_taken_as_people_type_it(browser: FlaskClient, code: str, settings: Settings) -> None:
    spread = f" {code[:4].lower()} – {code[4:8]}\u2011{code[8:].replace('0', 'o').replace('1', 'I')} "
    for typed in (code, readable(code), spread, f"{settings.public_url}/l/{code}"):
        answer = browser.get("/verify", query_string={"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/l/{code}")
    assert browser.get("/en/verify", query_string={"code": code}).headers["Location"] == f"/en/l/{code}"


def test_a_mistyped_code_stays_in_its_field_and_none_is_asked_for(browser: FlaskClient, code: str) -> None:
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    page = browser.get("/en/verify", query_string={"code": wrong})
    assert (page.status_code, f'value="{wrong}"' in page.text) == (422, True)
    assert 'href="#code"' in page.text
    assert "a character is wrong or missing" in page.text
    assert "Type the register code" in browser.get("/en/verify?code=+").text


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


def test_the_published_file_has_an_address_of_its_own(browser: FlaskClient, published: tuple[bytes, str]) -> None:
    content, code = published
    digest = hashlib.sha256(content).hexdigest()
    known = browser.get(f"/verify/digest/{digest}", headers={"Accept": "application/json"})
    assert known.get_json() == {"sha256": digest, "register_code": code}
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
        page = result_page(replace(result, notes=[HOSTILE]), sent=True).get_data(as_text=True)
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3
    assert HOSTILE not in page


def test_every_finding_has_words_and_advice_in_both_languages() -> None:
    for texts in (WORDS, ADVICE):
        assert set(texts) == set(Finding)
        assert all(words["vi"] and words["en"] for words in texts.values())


def test_another_site_s_form_is_refused(app: Flask) -> None:
    sent = app.test_client().post("/verify", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (12.5, "12,5"),
        (1_200, "1.200"),
        (["a", "b, c"], "a; b, c"),
        ({"vi": "Mua bán", "en": "Trade"}, "Mua bán"),
        ({"kitchen": 2, "b": None}, "kitchen: 2, b: không ghi"),
        (True, "có"),
    ],
)
def test_facts_of_any_kind_are_shown(app: Flask, value: Any, text: str) -> None:
    with app.test_request_context("/"):
        assert fact_text(value) == text


def test_colours_of_pages_are_those_of_the_api() -> None:
    assert {colour.value for colour in Colour} == {"green", "amber", "red"}
