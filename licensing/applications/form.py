"""The form of a procedure as pages of fields: what is shown, what was typed, and the answers made from it. Values only.

A page keeps also what is wrong, so that nobody types anything twice; what the form asks is asked in `rules.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.errors import Fault
from config.sentences import later
from licensing.applications.rules import answer_faults, coerce, unstorable
from licensing.catalogue.package import ProcedurePackage
from licensing.catalogue.terms import Text

DATES = (
    re.compile(r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})[/.\- ](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII),
)
# Numbers as people write them: 1.200,5 in Vietnamese, 1,200.5 in English.
THOUSANDS = {"vi": re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?"), "en": re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")}
YES_NO = {True: later("Yes"), False: later("No")}


@dataclass(frozen=True)
class FormField:
    """One question of the form, by its part of the JSON Schema."""

    name: str
    schema: Mapping[str, Any]
    required: bool

    @property
    def ui(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.schema["x-ui"]
        return found

    @property
    def label(self) -> Text:
        return _text(self.ui["label"])

    @property
    def hint(self) -> Text | None:
        return _text(self.ui["hint"]) if "hint" in self.ui else None

    @property
    def widget(self) -> str:
        """How it is asked: as the form says, else by what the answer is."""
        if "widget" in self.ui:
            return str(self.ui["widget"])
        if "enum" in self.schema:
            return "radios"
        kinds = {"boolean": "yes_no", "array": "list"}
        return "date" if self.schema.get("format") == "date" else kinds.get(str(self.schema.get("type")), "text")

    @property
    def options(self) -> list[tuple[str, Text]]:
        """The values that may be chosen, with their words."""
        return [(value, _text(self.ui["options"][value])) for value in self.schema.get("enum", [])]

    @property
    def attributes(self) -> dict[str, Any]:
        """For the browser: what it may fill in, which keyboard it shows."""
        given = {name: self.ui[name] for name in ("autocomplete", "inputmode") if name in self.ui}
        if self.schema.get("format") == "email":
            given["spellcheck"] = "false"
        return given

    @property
    def input_type(self) -> str:
        """`email` and `tel` bring their keyboards; the browser does not judge them."""
        kind = self.ui.get("inputmode")
        return str(kind) if kind in ("email", "tel") else "text"

    @property
    def is_number(self) -> bool:
        return self.schema.get("type") in ("integer", "number")

    @property
    def shown_when(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.ui.get("shown_when", {})
        return found

    def is_shown(self, answers: Mapping[str, Any]) -> bool:
        """Whether the other answers make this a question at all."""
        return all(answers.get(name) == value for name, value in self.shown_when.items())

    @property
    def is_declaration(self) -> bool:
        return self.schema.get("const") is True


@dataclass(frozen=True)
class FormPage:
    """Some questions that are asked together."""

    id: str
    title: Text
    fields: tuple[FormField, ...]

    @property
    def is_declaration(self) -> bool:
        """Only declarations: asked last, where everything can be looked through."""
        return bool(self.fields) and all(field.is_declaration for field in self.fields)


def pages_of(package: ProcedurePackage) -> list[FormPage]:
    """The pages of the form in their order."""
    form = package.form
    required = set(form.get("required", []))
    fields = [FormField(name, schema, name in required) for name, schema in form["properties"].items()]
    return [
        FormPage(page["id"], _text(page["title"]), tuple(field for field in fields if field.ui["page"] == page["id"]))
        for page in form["x-ui"]["pages"]
    ]


def _text(both: Mapping[str, str]) -> Text:
    return Text(both["vi"], both["en"])


def read_page(
    page: FormPage, given: Mapping[str, str], before: Mapping[str, Any], language: str
) -> tuple[dict[str, Any], list[Fault]]:
    """All answers after this page was filled in, and what of it cannot even be kept."""
    answers = dict(before)
    faults: list[Fault] = []
    for field in page.fields:
        value = read_field(field, given.get(field.name, ""), language)
        if reason := unstorable({field.name: value}):
            faults.append({"pointer": f"/answers/{field.name}", "detail": reason})
        elif value in ("", [], None):
            answers.pop(field.name, None)
        else:
            answers[field.name] = value
    hidden = [field.name for field in page.fields if not field.is_shown(answers)]
    return {name: value for name, value in answers.items() if name not in hidden}, faults


def read_field(field: FormField, typed: str, language: str) -> Any:
    """The answer that a typed text means; what means nothing stays as it is, for the form to say so."""
    if field.widget == "list":
        return [line.strip() for line in typed.splitlines() if line.strip()]
    text = typed.strip()
    if field.widget == "textarea":
        return text.replace("\r\n", "\n")
    if field.schema.get("format") == "date":
        return _date(text)
    if field.is_number:
        text = _plain_number(text, language)
    return coerce(field.schema, text)


def _date(text: str) -> str:
    for pattern in DATES:
        if found := pattern.fullmatch(text):
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
            except ValueError:
                return text
    return text


def _plain_number(text: str, language: str) -> str:
    text = text.replace(" ", "").replace("\u00a0", "")
    if THOUSANDS[language].fullmatch(text):
        text = text.replace("." if language == "vi" else ",", "")
    return text


def typed(field: FormField, answers: Mapping[str, Any], language: str) -> str:
    """An answer as it stands in its field."""
    value = answers.get(field.name)
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return decimal(value, language)
    if field.schema.get("format") == "date" and isinstance(value, str):
        return _day(value)
    return str(value)


def decimal(value: float, language: str) -> str:
    """A number without an empty fraction, with the decimal sign of the language: 120, 12,5 or 12.5."""
    plain = f"{value:.15g}"
    return plain.replace(".", ",") if language == "vi" else plain


def words(field: FormField, answers: Mapping[str, Any], language: str) -> str | Text:
    """An answer as it is read again: the words of a choice, a day, a number; several lines for a list."""
    value = answers.get(field.name)
    if isinstance(value, bool):
        return YES_NO[value]
    options = dict(field.options)
    if isinstance(value, str) and value in options:
        return options[value]
    return typed(field, answers, language)


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def faults_of_page(package: ProcedurePackage, page: FormPage, answers: Mapping[str, Any]) -> list[Fault]:
    """What is wrong on one page, as far as the form can say it already."""
    names = {field.name for field in page.fields}
    return [fault for fault in answer_faults(package.form, coerce(package.form, answers)) if place(fault) in names]


def place(fault: Fault) -> str:
    """The field, document or question that a fault is about: the second part of its pointer."""
    parts = fault["pointer"].split("/")
    return parts[2] if len(parts) > 2 else ""


def by_place(faults: Iterable[Fault]) -> dict[str, str]:
    """The first fault of each place; of a list, with its line."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(place(fault), fault["detail"])
    return found


def first_open_page(package: ProcedurePackage, answers: Mapping[str, Any]) -> FormPage | None:
    """The first page that is not right yet, leaving out declarations."""
    asked = [page for page in pages_of(package) if not page.is_declaration]
    return next((page for page in asked if faults_of_page(package, page, answers)), None)


def differences(
    fields: Sequence[FormField], one: Mapping[str, Any], other: Mapping[str, Any], language: str
) -> list[tuple[FormField, str | Text, str | Text]]:
    """The fields that say something else in two versions, with both."""
    pairs = [(field, words(field, one, language), words(field, other, language)) for field in fields]
    return [pair for pair in pairs if pair[1] != pair[2]]
