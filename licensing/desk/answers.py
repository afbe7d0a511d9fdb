"""The answers of a form as an official reads them: by its pages, with its labels, a missing one left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.languages import LANGUAGES
from licensing.applications.form import decimal

YES, NO = {"vi": "Có", "en": "Yes"}, {"vi": "Không", "en": "No"}


@dataclass(frozen=True)
class Answered:
    """One question with its answer; `label` and `value` may be texts by language."""

    label: Any
    value: Any


def answered(form: Mapping[str, Any], answers: Mapping[str, Any]) -> list[tuple[Any, list[Answered]]]:
    """The pages of the form that have answers, each with its title."""
    found = []
    for page in form.get("x-ui", {}).get("pages", ()):
        lines = list(_page(form, answers, page["id"]))
        if lines:
            found.append((page["title"], lines))
    return found


def _page(form: Mapping[str, Any], answers: Mapping[str, Any], page: str) -> Iterator[Answered]:
    for name, schema in form.get("properties", {}).items():
        if schema.get("x-ui", {}).get("page") == page and answers.get(name) not in (None, "", []):
            yield Answered(schema["x-ui"].get("label", name), shown(schema, answers[name]))


def shown(schema: Mapping[str, Any], value: Any) -> Any:
    """A value in words: options by their labels, days as days, lists line by line."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return "\n".join(_line(schema.get("items", {}), item) for item in value)
    if options := schema.get("x-ui", {}).get("options"):
        return options.get(str(value), str(value))
    if schema.get("format") == "date":
        return _day(str(value))
    if isinstance(value, float):
        return {language: decimal(value, language) for language in LANGUAGES}
    return str(value)


def _line(schema: Mapping[str, Any], item: Any) -> str:
    if isinstance(item, dict):
        return ", ".join(str(value) for value in item.values())
    return str(shown(schema, item))


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
