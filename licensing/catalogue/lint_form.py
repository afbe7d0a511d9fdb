"""Whether a form is safe to validate, possible to render, and closed: JSON Schema with few words, all of them known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from config.errors import Fault

WORDS = {
    "$schema", "title", "description", "type", "properties", "required", "allOf", "if", "then", "else", "not",
    "unevaluatedProperties", "enum", "const", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "items", "format", "pattern", "x-ui",
}  # fmt: skip
FORMATS = {"date", "email"}
WIDGETS = {"text", "textarea", "radios", "select", "checkbox", "list", "date"}
UI_WORDS = {"page", "label", "hint", "widget", "options", "autocomplete", "inputmode", "shown_when"}
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
MOST_FIELDS = 200
CONDITIONS = ("allOf", "if", "then", "else", "not")


def form_faults(form: Mapping[str, Any]) -> Iterator[Fault]:
    """All faults of a form, with their places."""
    try:
        Draft202012Validator.check_schema(form)
    except SchemaError as error:
        place = "/".join(map(str, error.absolute_path))
        yield _fault(f"/{place}", f"is not JSON Schema 2020-12: {error.message[:200]}")
        return
    yield from _unknown_words(form, "")
    yield from _hidden_fields(form)
    if form.get("type") != "object" or form.get("unevaluatedProperties") is not False:
        yield _fault("", "must be a closed object: type object, unevaluatedProperties false")
    properties = form.get("properties", {})
    if not 0 < len(properties) <= MOST_FIELDS:
        yield _fault("/properties", f"must be 1 to {MOST_FIELDS} fields")
    for name in set(form.get("required", [])) - properties.keys():
        yield _fault("/required", f"there is no field {name!r}")
    pages = list(_pages(form.get("x-ui")))
    if not pages:
        yield _fault("/x-ui/pages", "must name the pages of the form, each with id and title in vi and en")
    for name, field in properties.items():
        if not isinstance(field, Mapping):
            yield _fault(f"/properties/{name}", "must say what the answer is")
            continue
        yield from _field_faults(name, field)
        yield from _ui_faults(field, f"/properties/{name}/x-ui", pages, properties)


def _pages(ui: Any) -> Iterator[str]:
    """The ids of the pages that are written as they should be."""
    pages = ui.get("pages") if isinstance(ui, Mapping) else None
    for page in pages if isinstance(pages, list) else []:
        if isinstance(page, Mapping) and isinstance(page.get("id"), str) and _bilingual(page.get("title")):
            yield page["id"]


def _unknown_words(schema: Any, place: str) -> Iterator[Fault]:
    """Words beyond the list could fetch, loop or blow up (`$ref`, `patternProperties`), so there are none."""
    if not isinstance(schema, Mapping):
        return
    for word, value in schema.items():
        if word not in WORDS:
            yield _fault(f"{place}/{word}", "is not among the words that a form may use")
        for name, inner in _schemas_in(word, value):
            yield from _unknown_words(inner, f"{place}/{word}{name}")


def _hidden_fields(form: Mapping[str, Any]) -> Iterator[Fault]:
    """A condition may only speak of the form's own fields: one named nowhere else would be taken without any limit."""
    known = form.get("properties", {}).keys()
    inner = [
        (f"/{word}{name}", schema) for word in CONDITIONS for name, schema in _schemas_in(word, form.get(word, []))
    ]
    while inner:
        place, schema = inner.pop()
        if not isinstance(schema, Mapping):
            continue
        for name in schema.get("properties", {}).keys() - known:
            yield _fault(f"{place}/properties/{name}", "is no field of the form")
        if "unevaluatedProperties" in schema:
            yield _fault(f"{place}/unevaluatedProperties", "may stand at the top only")
        inner += [
            (f"{place}/{word}{name}", deeper)
            for word in CONDITIONS
            for name, deeper in _schemas_in(word, schema.get(word, []))
        ]


def _schemas_in(word: str, value: Any) -> list[tuple[str, Any]]:
    """The schemas inside a word of a schema, each with the rest of its place."""
    if word == "properties":
        return [(f"/{name}", inner) for name, inner in value.items()]
    if word == "allOf":
        return [(f"/{index}", inner) for index, inner in enumerate(value)]
    return [("", value)] if word in ("if", "then", "else", "not", "items") else []


def _field_faults(name: str, field: Mapping[str, Any]) -> Iterator[Fault]:
    place = f"/properties/{name}"
    if not NAME.fullmatch(name):
        yield _fault(place, "must be small letters, digits and underscores")
    yield from _size_faults(field, place)
    if not all(isinstance(value, str) for value in field.get("enum", [])):
        yield _fault(f"{place}/enum", "may list texts only")


def _ui_faults(
    field: Mapping[str, Any], place: str, pages: list[str], properties: Mapping[str, Any]
) -> Iterator[Fault]:
    ui = field.get("x-ui")
    if not isinstance(ui, Mapping) or ui.keys() - UI_WORDS:
        yield _fault(place, f"must be an object, and may only say {', '.join(sorted(UI_WORDS))}")
        return
    if ui.get("page") not in pages:
        yield _fault(f"{place}/page", "must be one of the pages")
    if not _bilingual(ui.get("label")) or ("hint" in ui and not _bilingual(ui["hint"])):
        yield _fault(f"{place}/label", "must be given in vi and en")
    if ui.get("widget", "text") not in list(WIDGETS):
        yield _fault(f"{place}/widget", f"must be one of {', '.join(sorted(WIDGETS))}")
    options = ui.get("options", {})
    if not isinstance(options, Mapping) or not all(map(_bilingual, options.values())):
        yield _fault(f"{place}/options", "must be given in vi and en")
    elif "enum" in field and sorted(options) != sorted(map(str, field["enum"])):
        yield _fault(f"{place}/options", "must name every value of the list, and no other")
    shown_when = ui.get("shown_when", {})
    if not isinstance(shown_when, Mapping) or shown_when.keys() - properties.keys():
        yield _fault(f"{place}/shown_when", "must name fields of the form")


def _size_faults(field: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """Nothing may be filled in without end."""
    kind = field.get("type")
    if kind not in ("string", "integer", "number", "boolean", "array"):
        yield _fault(place, "must be a string, integer, number, boolean or array")
    if kind == "string" and not {"maxLength", "enum", "const"} & field.keys():
        yield _fault(place, "must have a maxLength")
    if kind == "array":
        if "maxItems" not in field or not isinstance(field.get("items"), Mapping):
            yield _fault(place, "must have maxItems and items")
        else:
            yield from _size_faults(field["items"], f"{place}/items")
    if field.get("format", "date") not in FORMATS:
        yield _fault(f"{place}/format", f"must be one of {', '.join(sorted(FORMATS))}")


def _bilingual(text: Any) -> bool:
    return (
        isinstance(text, Mapping) and set(text) == {"vi", "en"} and all(isinstance(t, str) and t for t in text.values())
    )


def _fault(place: str, detail: str) -> Fault:
    return Fault(pointer=f"form.json{place}", detail=detail)
