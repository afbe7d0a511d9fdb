"""The fee is the first row that applies; nothing is guessed and nothing is executed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.catalogue.package import Fee, FeeRow
from licensing.catalogue.terms import Provision, Text
from licensing.fees.errors import NoRowApplies
from licensing.fees.rules import amounts, applies, fits, row_for

WORDS = Text("chữ", "words")


def a_row(vnd: int, **when: tuple[str, ...]) -> FeeRow:
    return FeeRow(Text(f"dòng {vnd}", f"row {vnd}"), vnd, when)


# Circular 67/2021/TT-BTC: trade, catering by portions, production by size.
FOOD_SAFETY = Fee(
    id="appraisal",
    code="2302",
    kind="fee",
    name=WORDS,
    unit=WORDS,
    collect="before_decision",
    provision=Provision("tt67", "art. 4", "test", verified=False),
    rows=(
        a_row(1_000_000, kind=("trade",)),
        a_row(700_000, kind=("catering",), portions=("0..199",)),
        a_row(1_000_000, kind=("catering",), portions=("200..",)),
        a_row(500_000, kind=("small_production",)),
        a_row(2_500_000, kind=("other_production",)),
    ),
)


@pytest.mark.parametrize(
    ("answers", "vnd"),
    [
        ({"kind": "trade"}, 1_000_000),
        ({"kind": "catering", "portions": 1}, 700_000),
        ({"kind": "catering", "portions": 199}, 700_000),
        ({"kind": "catering", "portions": 200}, 1_000_000),
        ({"kind": "catering", "portions": 5000}, 1_000_000),
        ({"kind": "small_production"}, 500_000),
        ({"kind": "other_production"}, 2_500_000),
    ],
)
def test_the_food_safety_tariff(answers: dict[str, Any], vnd: int) -> None:
    assert [amount.vnd for amount in amounts([FOOD_SAFETY], answers)] == [vnd]


@pytest.mark.parametrize("answers", [{}, {"kind": "hotel"}, {"kind": "catering"}, {"kind": "catering", "portions": -1}])
def test_answers_that_no_row_fits_have_no_fee_rather_than_a_guessed_one(answers: dict[str, Any]) -> None:
    with pytest.raises(NoRowApplies):
        row_for(FOOD_SAFETY, answers)


@pytest.mark.parametrize(
    ("allowed", "answer", "fit"),
    [
        ("4..5", 4, True),
        ("4..5", 5, True),
        ("4..5", 4.5, True),
        ("4..5", 5.0001, False),
        ("4..5", 3, False),
        ("..5", -100, True),
        ("6..", 6, True),
        ("6..", 5, False),
        ("..", 5, False),
        ("..", "..", True),
        ("4..5", "4", False),  # text is no number: a form's answers are typed before
        ("4..5", True, False),
        ("1.5..2", 1.7, True),
        ("true", True, True),
        ("true", "true", True),
        ("1", True, False),
        ("1", 1, True),
        ("trade", ["trade"], False),
        ("None", None, False),
    ],
)
def test_an_answer_fits_a_value_or_a_range_with_both_its_ends(allowed: str, answer: Any, fit: bool) -> None:
    assert fits(allowed, answer) is fit


def test_a_row_names_every_answer_that_must_fit_and_the_first_that_fits_counts() -> None:
    row = a_row(1, kind=("a", "b"), portions=("1..2",))
    assert applies(row, {"kind": "b", "portions": 2})
    assert not applies(row, {"kind": "b", "portions": 3})
    assert not applies(row, {"portions": 2})
    assert applies(a_row(1), {})


@given(st.text(max_size=30), st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)))
def test_no_row_of_the_table_can_do_anything_but_fit_or_not(allowed: str, answer: Any) -> None:
    assert fits(allowed, answer) in (True, False)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_a_range_holds_exactly_the_numbers_between_its_ends(low: int, high: int, number: int) -> None:
    assert fits(f"{low}..{high}", number) == (low <= number <= high)
