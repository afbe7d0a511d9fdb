"""The pages of verification: what a stranger is told, whatever is asked; nobody is asked who."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Settings
from registry.entries.codes import readable
from registry.verification.result import COLOURS, Colour, Finding
from registry.verification.shown import fact_text
from registry.verification.words import ADVICE, DESPITE, STATUS_WORDS, WORDS

HOSTILE = "<img src=x onerror=alert(1)>"


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


def test_every_finding_has_words_and_advice_in_both_languages() -> None:
    for texts in (WORDS, ADVICE):
        assert set(texts) == set(Finding)
        assert all(words["vi"] and words["en"] for words in texts.values())


def test_beside_every_red_verdict_it_is_said_what_the_signatures_mean() -> None:
    assert set(DESPITE) == {finding for finding, colour in COLOURS.items() if colour is Colour.RED}
    assert all(words["vi"] and words["en"] for words in DESPITE.values())


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
