"""Answers in words, as an official reads them."""

from __future__ import annotations

from typing import Any

import pytest

from licensing.desk.answers import shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (120.0, {"vi": "120", "en": "120"}),
        (12.5, {"vi": "12,5", "en": "12.5"}),
        (6, "6"),
        (True, {"vi": "Có", "en": "Yes"}),
    ],
)
def test_a_value_reads_as_it_was_meant(value: Any, words: Any) -> None:
    assert shown({"type": "number"}, value) == words
