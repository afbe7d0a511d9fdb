"""The details of a verdict: the same for people and for programs, in the reader's language, and never a trap."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.sentences import say
from registry.verification.detailed import moment_of, shown_changes, shown_history, spoken
from registry.verification.result import Finding
from registry.verification.words import WORDS
from signing.validation.facts import Words
from signing.validation.policy import MOST_REVISIONS
from tests.documents import drawn_over
from tests.registry.verification.test_file_pages import send
from tests.signing.pades.build import issued, preserve_now
from tests.signing.validation.foreign import approved, turned


def test_programs_get_the_same_as_people(client: FlaskClient) -> None:
    answer = client.post("/v1/verify", data={"file": (io.BytesIO(drawn_over(issued().preserved)), "a.pdf")}).json
    assert answer is not None
    assert [len(one["checks"]) for one in answer["signatures"]] == [8, 8, 8]
    assert answer["signatures"][0]["signed_for"] == "Giám đốc, Sở Y tế tỉnh An Bình"
    assert answer["details"]["changes_after_signing"] == "forbidden"
    assert answer["details"]["history"][4]["annotations"] == ["1: FreeText"]
    assert answer["details"]["summary"].startswith("The document was altered after signing")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/verify", ("8 nội dung kiểm tra", "Thẩm quyền của người ký", "Ghi chú hoặc hình vẽ trên trang", "✗")),
        ("/en/verify", ("8 checks", "Capacity of the signer", "Notes or drawings on pages", "commitment to content")),
    ],
)
def test_people_read_it_in_their_language(browser: FlaskClient, path: str, said: tuple[str, ...]) -> None:
    page = send(browser, drawn_over(issued().preserved), path=path).text
    assert [text for text in said if text not in page] == []


def test_what_is_not_recognised_is_amber_and_not_called_altered(browser: FlaskClient) -> None:
    page = send(browser, turned(approved(issued().base)), path="/en/verify").text
    assert WORDS[Finding.CHANGED_LATER]["en"] in page
    assert ("verdict--amber" in page, "report__changes--amber" in page) == (True, True)
    assert WORDS[Finding.ALTERED]["en"] not in page


def test_what_is_too_complex_is_said_to_be_so(browser: FlaskClient) -> None:
    document = approved(issued().base)
    for _ in range(MOST_REVISIONS):
        document = turned(document)
    page = send(browser, document, path="/en/verify").text
    assert (WORDS[Finding.TOO_COMPLEX]["en"] in page, "verdict--amber" in page) == (True, True)


def test_sentences_carry_moments_numbers_and_words_of_the_reader(app: Flask) -> None:
    sentence = say("{a}, {b}, {c}", a=datetime(2026, 3, 2, 3, 0, tzinfo=UTC), b=27850, c=Words(["layers", "x"]))
    with app.test_request_context("/verify", environ_overrides={"antin.language": "vi"}):
        assert spoken(sentence) == "10:00, 02/03/2026, 27.850, lớp hiển thị, x"
        assert spoken("layers") == "lớp hiển thị"


def test_a_certificate_without_an_end_is_no_trap(app: Flask) -> None:
    with app.test_request_context("/verify"):
        assert moment_of(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)).startswith("9999-12-31")


def test_bytes_behind_the_end_and_uncovered_changes_are_red(app: Flask) -> None:
    revision = {"kind": "change", "covered": False, "readable": True, "told": [], "pages": [1], "fields": []}
    empty: dict[str, list[str]] = {"annotations": [], "metadata": [], "other": []}
    details = {"changes_after_signing": "forbidden", "trailing_bytes": 1200, "history": [{**revision, **empty}]}
    with app.test_request_context("/verify", environ_overrides={"antin.language": "en"}):
        assert shown_history(details)[0].colour == "red"
        assert shown_changes(details)[1].endswith("1,200 bytes were appended behind its end.")
        details["changes_after_signing"] = "unrecognised"
        assert (shown_history(details)[0].colour, shown_changes(details)[0]) == ("amber", "amber")


def test_renewed_evidence_is_no_change(browser: FlaskClient) -> None:
    page = send(browser, preserve_now(issued().preserved), path="/en/verify").text
    assert "After signing came only what is allowed" in page
