"""Every text of every page is there in Vietnamese and in English; a missing one is named with its place."""

from __future__ import annotations

import importlib
import re
from string import Formatter

import pytest

from config.sentences import later, say
from tests.languages.extract import (
    ROOT,
    all_translations,
    catalogues,
    everything_said,
    refusals,
    texts_of_code,
    translations,
)

importlib.import_module("app")  # every kind of refusal is known once everything is imported
SAID = everything_said()
HAVE = all_translations()


def test_every_text_is_there_in_vietnamese() -> None:
    missing = sorted({f"{said.place}: {said.pattern}" for _, said in SAID if said.pattern and said.pattern not in HAVE})
    assert missing == []
    assert len(SAID) > 100


def test_no_sentence_is_put_together_so_that_it_cannot_be_translated() -> None:
    assert [said.place for _, said in SAID if said.pattern is None] == []


def test_translations_have_the_places_of_their_originals() -> None:
    for text, translation in HAVE.items():
        assert _places(text) == _places(translation), text


def test_no_text_is_translated_in_two_ways() -> None:
    """The catalogues are one in the end: the translation of one room would win in all."""
    found: dict[str, set[str]] = {}
    for path in catalogues():
        for text, translation in translations(path).items():
            found.setdefault(text, set()).add(translation)
    assert {text: ways for text, ways in found.items() if len(ways) > 1} == {}


def test_no_catalogue_has_what_nobody_says() -> None:
    said = {said.pattern for _, said in SAID}
    assert sorted(set(HAVE) - said) == []


def test_no_translation_is_english_left_as_it_was() -> None:
    same = {text for text, translation in HAVE.items() if text == translation}
    assert {text for text in same if len(text.split()) > 2} == set()


def test_pages_say_ban_and_letters_say_ong_ba() -> None:
    assert [text for text in HAVE.values() if "ông/bà" in text.lower()] == []
    letters = list(ROOT.glob("*/*/mail/*.vi.txt"))
    assert letters
    assert [letter.name for letter in letters if re.search(r"\bbạn\b", letter.read_text(), re.IGNORECASE)] == []


@pytest.mark.parametrize("mark", [later("Sample of a text"), say("Sample of {what}", what="a text")])
def test_marks_change_nothing_in_english(mark: str) -> None:
    assert mark == "Sample of a text"


def test_an_untranslatable_sentence_is_found(tmp_path: object) -> None:
    kinds = refusals()
    assert {"NotFound", "SignInFailed"} <= kinds
    assert any(path.name == "errors.py" or path.suffix == ".py" for path, _ in texts_of_code(kinds))
    assert ROOT.name


def _places(text: str) -> list[str]:
    named = [name for _, name, _, _ in Formatter().parse(text.replace("%", "")) if name]
    return sorted(named + re.findall(r"%\((\w+)\)s", text))
