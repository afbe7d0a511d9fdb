"""A form stays closed and small whatever its conditions say, and a form written wrong is a fault, not a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from config.errors import Fault
from licensing.catalogue.errors import PackageBroken
from licensing.catalogue.lint import lint
from licensing.catalogue.lint_form import form_faults
from licensing.catalogue.read import package_of
from tests.licensing.catalogue.shipped import changed, shipped

HIDDEN = {"properties": {"hidden": {"type": "string"}}}
OPEN = {"unevaluatedProperties": True}


def form() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(shipped().files["form.json"])
    return made


def faults_after(change: Callable[[dict[str, Any]], object]) -> list[Fault]:
    spoilt = form()
    change(spoilt)
    return list(form_faults(spoilt))


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        (HIDDEN, "/allOf/1/properties/hidden"),
        ({"then": HIDDEN}, "/allOf/1/then/properties/hidden"),
        ({"if": {"not": HIDDEN}}, "/allOf/1/if/not/properties/hidden"),
        ({"allOf": [{"else": HIDDEN}]}, "/allOf/1/allOf/0/else/properties/hidden"),
        (OPEN, "/allOf/1/unevaluatedProperties"),
        ({"then": OPEN}, "/allOf/1/then/unevaluatedProperties"),
    ],
)
def test_a_condition_cannot_bring_in_a_field_that_has_no_limit(condition: dict[str, Any], place: str) -> None:
    found = faults_after(lambda form: form["allOf"].append(condition))
    assert f"form.json{place}" in [fault["pointer"] for fault in found]


def test_without_the_guard_such_a_field_would_be_taken() -> None:
    """Why the guard is there: JSON Schema counts what a condition names as known to the whole form."""
    closed: dict[str, Any] = {"type": "object", "unevaluatedProperties": False}
    assert not Draft202012Validator(closed).is_valid({"hidden": "x"})
    for condition in (HIDDEN, OPEN):
        assert Draft202012Validator(closed | {"allOf": [condition]}).is_valid({"hidden": "x" * 10_000})


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("/properties/x", lambda form: form["properties"].update(x=True)),
        ("/x-ui/pages", lambda form: form.update({"x-ui": []})),
        ("/x-ui/pages", lambda form: form["x-ui"].update(pages=["establishment"])),
        ("/x-ui/pages", lambda form: form["x-ui"].update(pages=[{"id": "owner", "title": "Owner"}])),
        ("/properties/phone/x-ui", lambda form: form["properties"]["phone"].update({"x-ui": "text"})),
        ("/properties/phone/x-ui", lambda form: form["properties"]["phone"].pop("x-ui")),
        ("/properties/phone/x-ui/widget", lambda form: form["properties"]["phone"]["x-ui"].update(widget=["text"])),
        ("/properties/phone/x-ui/options", lambda form: form["properties"]["phone"]["x-ui"].update(options=[1])),
        ("/properties/legal_form/enum", lambda form: form["properties"]["legal_form"].update(enum=[["a"], 1])),
        ("/properties/area/x-ui/shown_when", lambda form: form["properties"]["area"]["x-ui"].update(shown_when={1: 1})),
    ],
)  # fmt: skip
def test_what_the_pages_could_not_show_is_a_fault(place: str, change: Callable[[dict[str, Any]], object]) -> None:
    assert f"form.json{place}" in [fault["pointer"] for fault in faults_after(change)]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(shipped().form["properties"]["legal_form"]["x-ui"])), PLAIN)
def test_a_hint_of_any_shape_gives_faults_and_never_an_error(word: str, value: Any) -> None:
    faults_after(lambda form: form["properties"]["legal_form"]["x-ui"].update({word: value}))


@given(st.sampled_from(["x-ui", "type", "enum", "items", "maxItems", "format", "properties", "title"]), PLAIN)
def test_a_field_of_any_shape_gives_faults_and_never_an_error(word: str, value: Any) -> None:
    faults_after(lambda form: form["properties"]["products"].update({word: value}))


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_a_limit_is_a_number(number: str) -> None:
    text = shipped().files["form.json"].replace('"maximum": 1000000,', f'"maximum": {number},', 1)
    with pytest.raises(PackageBroken):
        package_of({**shipped().files, "form.json": text})


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ("value: 25\n  unit: working_day", "value: 0.5\n  unit: calendar_day", "/time_limit"),
        ("value: 25\n  unit: working_day", "value: 251\n  unit: working_day", "/time_limit"),
        ("answer_within: {value: 30,", "answer_within: {value: 0,", "/pauses/supplement"),
        ("ask_within: {value: 5,", "ask_within: {value: 0,", "/pauses/supplement"),
        ("validity: {value: 3, unit: year}", "validity: {value: 101, unit: year}", "/result/validity"),
        ("validity: {value: 3, unit: year}", "validity: {value: 3, unit: hour}", "/result/validity"),
        ("validity: {value: 3, unit: year}", "validity: {value: 3, unit: working_day}", "/result/validity"),
    ],
)
def test_no_period_is_endless_or_of_a_unit_that_nobody_counts(was: str, becomes: str, place: str) -> None:
    found = lint(changed("procedure.yaml", (was, becomes)), date(2026, 2, 5))
    assert place in [fault["pointer"] for fault in found], found


def test_a_number_of_endless_digits_is_refused_as_text() -> None:
    with pytest.raises(PackageBroken, match="sets: must be"):
        changed("procedure.yaml", ("sets: 1", "sets: " + "9" * 5000))
