"""A layout cannot hide from the lint what it reaches for: not behind a comment, not under another name."""

from __future__ import annotations

from datetime import date

import pytest

from licensing.catalogue.lint import lint
from tests.licensing.catalogue.shipped import changed, shipped


def faults_of(line: str) -> list[str]:
    first = shipped().files["licence.typ"].splitlines()[0]
    found = lint(changed("licence.typ", (first, f"{first}\n{line}")), date(2026, 2, 5))
    return [fault["detail"] for fault in found if fault["pointer"] == "licence.typ"]


@pytest.mark.parametrize(
    "line",
    [
        '#let u = "https://example.org"; #read("/procedure.yaml")',
        '#let u = "//" + { import "@preview/x:1.0.0": * }',
        '// #import "@preview/x:1.0.0"',
        "#let r = read",
        "#let r = std.read",
        "#let r = (read, eval)",
        "#let r = eval",
        "#show: eval.with(mode: \"code\")",
        "#f(x: toml)",
    ],
)  # fmt: skip
def test_what_is_hidden_or_renamed_is_found(line: str) -> None:
    assert faults_of(line)


@pytest.mark.parametrize(
    "line", ["Read first. Please read all of it", "#let f = file",'#import "/layouts/nd30.typ": plain', "A yaml line"]
)  # fmt: skip
def test_plain_words_and_the_shared_layouts_are_no_fault(line: str) -> None:
    assert faults_of(line) == []


def test_what_goes_out_with_a_licence_is_listed_where_the_official_signs_it() -> None:
    found = lint(changed("licence.typ", ("enclosures[Kèm theo", "[Kèm theo")), date(2026, 2, 5))
    assert [fault["pointer"] for fault in found] == ["/result/template"]
