"""docs/validation.md says what the code does: the numbered steps, and the table of the attack collection."""

from __future__ import annotations

import re
from pathlib import Path

from signing.validation import filled_later, validate
from signing.validation.report import Verdict
from tests.attacks.every import ALL

DOC = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
WEIGHTS = (Verdict.INVALID, Verdict.INDETERMINATE, Verdict.UNREADABLE)
STEP = re.compile(r"^ *(?:- )?(\d\.\d) (.+?)[;.]?$", re.MULTILINE)


def test_the_steps_of_later_revisions_are_the_same_in_prose_and_in_code() -> None:
    told = STEP.findall(DOC)
    assert told == STEP.findall(str(validate.__doc__))
    assert [one for one in STEP.findall(str(filled_later.__doc__)) if one not in told] == []
    assert [number for number, _ in told] == [f"7.{place}" for place in range(1, len(told) + 1)]


def test_every_step_of_the_list_is_in_the_documentation() -> None:
    numbers = re.compile(r"^(\d)\. ", re.MULTILINE)
    assert set(numbers.findall(str(validate.__doc__))) == set("12345678")
    assert {number for number in "12345678" if re.search(rf"(^| ){number}\. [A-Z]", DOC, re.MULTILINE)} == set(
        "12345678"
    )


def test_the_table_counts_the_collection() -> None:
    for kind in {one.kind for one in ALL.values()}:
        found = [one.expected for one in ALL.values() if one.kind == kind]
        row = f"| {kind} | {len(found)} | {' | '.join(str(found.count(weight)) for weight in WEIGHTS)} |"
        assert row in DOC
    assert f"| all | {len(ALL)} |" in DOC
