"""An application is complete when its answers fit the form and its documents are there; every fault has its place."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.applications.rules import (
    DEEPEST_ANSWERS,
    answer_faults,
    coerce,
    document_faults,
    eligibility_faults,
    reasons_against,
    unstorable,
)
from licensing.catalogue.package import EligibilityQuestion, RequiredDocument
from licensing.catalogue.terms import Provision, Text

LAW = Provision("law", "art. 1", "test", verified=False)
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 20, "x-ui": {"page": 1}},
        "kind": {"enum": ["trade", "catering"]},
        "portions": {"type": "integer", "minimum": 1},
        "area": {"type": "number"},
        "opened": {"type": "string", "format": "date"},
        "night": {"type": "boolean"},
        "products": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "owner": {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]},
    },
    "required": ["name", "kind"],
    "allOf": [
        {
            "if": {"properties": {"kind": {"const": "catering"}}, "required": ["kind"]},
            "then": {"required": ["portions"]},
        }
    ],
    "unevaluatedProperties": False,
}
RIGHT = {"name": "Phở Hoà", "kind": "trade"}


def faults(**answers: Any) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["detail"]) for fault in answer_faults(FORM, {**RIGHT, **answers})]


def test_right_answers_have_no_fault() -> None:
    assert faults(products=["a"], owner={"age": 40}, opened="2026-02-12", area=1.5, night=True) == []


def test_everything_that_is_missing_is_said_at_once() -> None:
    assert [fault["pointer"] for fault in answer_faults(FORM, {})] == ["/answers/kind", "/answers/name"]


def test_what_another_answer_makes_necessary_is_asked_for() -> None:
    assert faults(kind="catering") == [("/answers/portions", "This is missing.")]


@pytest.mark.parametrize(
    ("answers", "pointer", "detail"),
    [
        ({"name": 5}, "/answers/name", "This must be a text."),
        ({"name": "x"}, "/answers/name", "This must have at least 2 characters."),
        ({"kind": "hotel"}, "/answers/kind", "This must be one of: trade, catering."),
        ({"portions": "many"}, "/answers/portions", "This must be a whole number."),
        ({"portions": 0}, "/answers/portions", "This must be 1 or more."),
        ({"opened": "2026-02-31"}, "/answers/opened", "This is not a valid date."),
        ({"products": ["a", "a"]}, "/answers/products", "The same must not be given twice."),
        ({"products": ["a", 2]}, "/answers/products/1", "This must be a text."),
        ({"owner": {}}, "/answers/owner/age", "This is missing."),
        ({"a/b~c": 1}, "/answers", "Something is given here that the form does not ask for."),
    ],
)
def test_a_wrong_answer_is_told_with_its_place(answers: dict[str, Any], pointer: str, detail: str) -> None:
    assert faults(**answers) == [(pointer, detail)]


def test_forms_send_text_and_the_types_are_those_of_the_form() -> None:
    sent = {
        "name": " Phở ",
        "portions": "12",
        "area": "3,5",
        "night": "true",
        "opened": "",
        "owner": {"age": "40"},
        "products": ["a"],
        "kind": None,
    }
    typed = {"name": "Phở", "portions": 12, "area": 3.5, "night": True, "owner": {"age": 40}, "products": ["a"]}
    assert coerce(FORM, sent) == typed


@pytest.mark.parametrize("text", ["1.5", "12x", "१२", "9" * 40, "--1", "1e400", "nan"])
def test_text_that_is_no_such_number_stays_text_for_the_schema_to_refuse(text: str) -> None:
    assert coerce(FORM, {"portions": text}) == {"portions": text}


@given(st.dictionaries(st.sampled_from(sorted(FORM["properties"])), st.one_of(st.text(), st.integers(), st.booleans())))
def test_typing_answers_twice_is_typing_them_once(answers: dict[str, Any]) -> None:
    assert coerce(FORM, coerce(FORM, answers)) == coerce(FORM, answers)


@pytest.mark.parametrize("value", ["a\x00b", "\x1b", "\ud800", math.nan, math.inf, {"\x00": 1}, [["\x07"]]])
def test_what_cannot_be_kept_is_named(value: Any) -> None:
    assert unstorable({"answer": value}) is not None


def test_answers_may_be_long_and_deep_but_not_without_end() -> None:
    deep: Any = "x"
    for _ in range(DEEPEST_ANSWERS + 1):
        deep = [deep]
    assert unstorable({"answer": deep}) == f"This is deeper than {DEEPEST_ANSWERS} levels."
    assert unstorable({"answer": "ư" * 200_000}) == "This is larger than 262144 bytes."
    assert unstorable({"answer": "hàng 1\nhàng 2\t"}) is None


def a_document(name: str, **changes: Any) -> RequiredDocument:
    return RequiredDocument(name, Text(name, name), ("new",), LAW, **changes)


def test_documents_that_are_asked_for_must_be_there_and_no_others() -> None:
    asked = [a_document("lease"), a_document("plan", required=False), a_document("photos", repeatable=True)]
    assert document_faults(asked, ["lease", "photos", "photos"]) == []
    found = document_faults(asked, ["plan", "plan", "other"])
    assert [fault["pointer"] for fault in found] == [
        "/documents/lease",
        "/documents/photos",
        "/documents/other",
        "/documents/plan",
    ]


def test_questions_before_the_form_are_answered_and_may_stop_it() -> None:
    question = EligibilityQuestion("haccp", Text("?", "?"), True, Text("không cần", "You do not need this."), LAW)
    assert eligibility_faults([question], {}) and eligibility_faults([question], {"haccp": "no"})
    assert not eligibility_faults([question], {"haccp": False})
    assert reasons_against([question], {"haccp": False}) == []
    against = reasons_against([question], {"haccp": True})
    assert against == [{"pointer": "/eligibility/haccp", "detail": "You do not need this."}]
