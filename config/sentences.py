"""Sentences that can be said again in another language: the English text knows its pattern and its values.

English is the language of the code, so a plain text is its own pattern and needs nothing of this.
"""

from __future__ import annotations


class Sentence(str):
    """An English text made from `pattern` (with `{name}` places) and `values`; `say()` makes one."""

    __slots__ = ("pattern", "values")

    pattern: str
    values: dict[str, object]

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.pattern, self.values)


def say(pattern: str, **values: object) -> Sentence:
    """The sentence of a pattern with its values; `config.languages.translated` says it in another language."""
    sentence = Sentence(pattern.format(**values))
    sentence.pattern, sentence.values = pattern, values
    return sentence


def later(text: str) -> str:
    """The text itself, marked as one that a page will show in the reader's language."""
    return text


def _again(pattern: str, values: dict[str, object]) -> Sentence:
    return say(pattern, **values)
