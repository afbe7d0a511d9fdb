"""Vietnamese has no prefix, English has `/en`; what is said is found in a catalogue, what is filled in never is."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, g

import config.languages as languages
from config.languages import LanguagePrefix, in_language, local_day, local_moment, ngettext, number, translated
from config.sentences import Sentence, later, say
from config.settings import Settings
from tests.config.shell import build


@pytest.fixture
def app(settings: Settings) -> Flask:
    return build(settings)


PATHS = [
    ("/", "/", "", None),
    ("/en", "/", "/en", "en"),
    ("/en/", "/", "/en", "en"),
    ("/en/sign-in", "/sign-in", "/en", "en"),
    ("/english", "/english", "", None),
    ("/en-us/sign-in", "/en-us/sign-in", "", None),
    ("/en/v1/kites", "/en/v1/kites", "", None),
    ("/en/static/site.css", "/en/static/site.css", "", None),
    ("/en/log/checkpoint", "/en/log/checkpoint", "", None),
    ("/en/healthz", "/en/healthz", "", None),
    ("/en/en/sign-in", "/en/sign-in", "/en", "en"),
    ("/vi/sign-in", "/vi/sign-in", "", None),
    ("/en/lich-su", "/lich-su", "/en", "en"),
]


@pytest.mark.parametrize(("asked", "path", "root", "code"), PATHS)
def test_only_a_whole_first_part_is_a_language_and_programs_have_none(
    asked: str, path: str, root: str, code: str | None
) -> None:
    seen: dict[str, Any] = {}
    LanguagePrefix(lambda environ, start: seen.update(environ) or [])({"PATH_INFO": asked}, lambda *_: None)
    assert (seen["PATH_INFO"], seen.get("SCRIPT_NAME", ""), seen.get("antin.language")) == (path, root, code)


def test_programs_find_nothing_under_a_language_and_pages_name_theirs(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/v1/kites").status_code == 200
    assert client.get("/en/v1/kites").status_code == 404
    assert client.get("/en/en/sign-in").status_code == 404
    vi, en = client.get("/sign-in?next=/a%26b"), client.get("/en/sign-in?next=/a%26b")
    assert (vi.headers["Content-Language"], en.headers["Content-Language"]) == ("vi", "en")
    assert '<html lang="en"' in en.text and '<html lang="vi"' in vi.text
    assert 'href="/en/sign-in?next=/a%26b"' in vi.text and 'href="/sign-in?next=/a%26b"' in en.text


def test_the_query_cannot_break_out_of_the_address_of_the_other_language(app: Flask) -> None:
    text = app.test_client().get('/sign-in?x="><script>alert(1)</script>').text
    assert "<script>alert" not in text


def test_a_sentence_is_a_text_with_its_pattern_and_survives_a_pickle() -> None:
    sentence = say("At least {count} of {name}.", count=2, name="x")
    assert sentence == "At least 2 of x." and isinstance(sentence, str)
    again = pickle.loads(pickle.dumps(sentence))
    assert isinstance(again, Sentence)
    assert (again, again.pattern, again.values) == (sentence, sentence.pattern, sentence.values)
    assert later("Sign in") == "Sign in"


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"Hello, {name}.": "Chào {name}.", "Sign in": "Đăng nhập", "{n} day": "{n} ngày", "{a} {b}": "{b} {a}"}
    monkeypatch.setattr(languages, "catalogue", lambda code: known)


HOSTILE = ["{name}", "{0}", "{name.__class__}", "{", "}", "%(name)s", "%s", "{{name}}", "Sign in", "<b>"]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_filled_in_stays_as_it_is(app: Flask, words: None, value: str) -> None:
    with app.test_request_context("/"):
        assert translated(say("Hello, {name}.", name=value)) == f"Chào {value}."
        assert translated(say("{a} {b}", a=value, b="Sign in")) == f"Sign in {value}"
    with app.test_request_context("/", environ_overrides={"antin.language": "en"}):
        assert translated(say("Hello, {name}.", name=value)) == f"Hello, {value}."


@pytest.mark.parametrize("text", ["{name}", "{", "100 % {x.__class__}", "Hello, {name}."])
def test_a_plain_text_is_never_a_pattern(app: Flask, words: None, text: str) -> None:
    with app.test_request_context("/"):
        assert translated(text) == (text if text != "Hello, {name}." else "Chào {name}.")


def test_an_unknown_text_is_said_in_english(app: Flask, words: None) -> None:
    with app.test_request_context("/"):
        assert translated("Nobody translated this.") == "Nobody translated this."
        assert translated(say("No {word} for it.", word="Sign in")) == "No Sign in for it."


def test_english_tells_one_from_many_and_vietnamese_does_not(app: Flask, words: None) -> None:
    with app.test_request_context("/"):
        assert [ngettext("{n} day", "{n} days", count) for count in (0, 1, 2)] == ["{n} ngày"] * 3
    with app.test_request_context("/", environ_overrides={"antin.language": "en"}):
        assert [ngettext("{n} day", "{n} days", count) for count in (0, 1, 2)] == ["{n} days", "{n} day", "{n} days"]


def test_a_page_may_choose_its_language_itself(app: Flask, words: None) -> None:
    with app.test_request_context("/"):
        g.language = "en"
        assert translated("Sign in") == "Sign in"
        assert translated("Sign in", "vi") == "Đăng nhập"


def test_days_moments_and_numbers_are_those_of_the_reader(app: Flask) -> None:
    late = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)  # after midnight in Hanoi
    with app.test_request_context("/"):
        assert (local_day(late), local_moment(late)) == ("24/11/2026", "01:05, 24/11/2026")
        assert local_day(date(2026, 11, 24), weekday=True) == "Thứ Ba, 24/11/2026"
        assert (number(1_000_000), number(2.5)) == ("1.000.000", "2,5")
        assert (local_day(None), local_moment(None)) == ("", "")
    with app.test_request_context("/", environ_overrides={"antin.language": "en"}):
        assert local_day(date(2026, 11, 24), weekday=True) == "Tuesday, 24/11/2026"
        assert (number(1_000_000), number(2.5)) == ("1,000,000", "2.5")


class Both:
    vi, en = "diều", "kite"


def test_of_texts_in_several_languages_one_is_shown(app: Flask) -> None:
    with app.test_request_context("/", environ_overrides={"antin.language": "en"}):
        assert in_language({"vi": "diều", "en": "kite"}) == in_language(Both()) == "kite"
        assert in_language({"vi": "diều", "en": ""}) == in_language({"vi": "diều"}) == "diều"
        assert in_language({"fr": "cerf-volant"}) == "cerf-volant" and in_language({}) == ""
