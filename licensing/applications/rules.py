"""When an application is complete: its answers fit the form, its documents are there, it may be filed at all.

Answers are judged against the JSON Schema of the revision; every fault carries the place of what is wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from config.errors import Fault
from config.sentences import Sentence, later, say
from licensing.catalogue.package import Definition, EligibilityQuestion, ProcedurePackage, RequiredDocument
from licensing.catalogue.patterns import PATTERNS

LARGEST_ANSWERS = 256 * 1024  # bytes of JSON
DEEPEST_ANSWERS = 16
SAID = {
    "required": later("This is missing."),
    "enum": later("This must be one of: {value}."),
    "const": later("This must be {value}."),
    "minLength": later("This must have at least {value} characters."),
    "maxLength": later("This must have at most {value} characters."),
    "minimum": later("This must be {value} or more."),
    "maximum": later("This must be {value} or less."),
    "exclusiveMinimum": later("This must be more than {value}."),
    "exclusiveMaximum": later("This must be less than {value}."),
    "multipleOf": later("This must be a multiple of {value}."),
    "pattern": later("This does not have the form that is asked for."),
    "minItems": later("At least {value} must be given."),
    "maxItems": later("At most {value} may be given."),
    "uniqueItems": later("The same must not be given twice."),
    "additionalProperties": later("Something is given here that the form does not ask for."),
    "unevaluatedProperties": later("Something is given here that the form does not ask for."),
}
# Some words of a schema mean nothing to whoever fills a form in: they are said by what is asked for.
SAID_OF = {
    ("type", "string"): later("This must be a text."),
    ("type", "integer"): later("This must be a whole number."),
    ("type", "number"): later("This must be a number."),
    ("type", "boolean"): later("This must be yes or no."),
    ("type", "array"): later("This must be a list."),
    ("const", "True"): later("This must be confirmed."),
    ("format", "date"): later("This is not a valid date."),
    ("format", "email"): later("This is not a valid e-mail address."),
    ("pattern", PATTERNS["printed"]): later("This has a character that cannot be printed on the licence."),
    ("pattern", PATTERNS["phone"]): later("This is not a telephone number: write digits only, such as 0900000000."),
    ("pattern", PATTERNS["registration_number"]): later(
        "Write digits, capital letters, dots, hyphens and slashes only."
    ),
    ("pattern", PATTERNS["citizen_number"]): later("A citizen's number has 12 digits."),
    ("pattern", PATTERNS["tax_code"]): later("A tax code has 10 digits, or 10 digits, a hyphen and 3 digits."),
}


def complete_faults(
    package: ProcedurePackage,
    kind: str,
    answers: Mapping[str, Any],
    eligibility: Mapping[str, Any],
    attached: Sequence[str],
) -> list[Fault]:
    """Everything that keeps an application from being complete, all at once."""
    return [
        *eligibility_faults(package.definition.eligibility, eligibility),
        *answer_faults(package.form, answers),
        *document_faults(documents_of(package.definition, kind), attached),
    ]


def unstorable(value: Any, depth: int = 0) -> str | None:
    """Why this JSON value cannot be kept as answers; None when it can."""
    if depth > DEEPEST_ANSWERS:
        return say("This is deeper than {levels} levels.", levels=DEEPEST_ANSWERS)
    if isinstance(value, str):
        plain = not any(ord(character) < 0x20 and character not in "\n\t" for character in value)
        return None if plain and _encodes(value) else later("This holds characters that are no text.")
    if isinstance(value, float) and not math.isfinite(value):
        return later("This is not a number.")
    parts: Iterable[Any] = ()
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        parts = value
    reason = next((found for part in parts if (found := unstorable(part, depth + 1))), None)
    if reason is None and depth == 0 and len(json.dumps(value, ensure_ascii=False).encode()) > LARGEST_ANSWERS:
        return say("This is larger than {bytes} bytes.", bytes=LARGEST_ANSWERS)
    return reason


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def coerce(schema: Mapping[str, Any], value: Any) -> Any:
    """Answers by the types of the form: forms send text. Empty text is no answer; what does not fit stays as it is."""
    if isinstance(value, Mapping):
        fields = schema.get("properties", {})
        typed = {name: coerce(fields.get(name, {}), item) for name, item in value.items()}
        return {name: item for name, item in typed.items() if item not in ("", None)}
    if isinstance(value, list):
        return [coerce(schema.get("items", {}), item) for item in value]
    return _typed(schema.get("type"), value.strip()) if isinstance(value, str) else value


def _typed(kind: Any, text: str) -> Any:
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer":
        return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19 else text
    if kind == "number":
        try:
            number = float(text.replace(",", ".", 1))
        except ValueError:
            return text
        return number if math.isfinite(number) else text
    return text


def answer_faults(form: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with the answers, in the order of their places."""
    validator = Draft202012Validator(form, format_checker=FormatChecker())
    found = [fault for error in validator.iter_errors(answers) for fault in _faults_of(error)]
    return sorted({(fault["pointer"], fault["detail"]): fault for fault in found}.values(), key=lambda f: f["pointer"])


def _faults_of(error: ValidationError) -> Iterator[Fault]:
    """One fault a place; faults of `allOf` and `then` are those of the branch, not of the whole form."""
    if error.validator in ("allOf", "if", "anyOf", "oneOf") and error.context:
        for inner in error.context:
            yield from _faults_of(inner)
        return
    place = "/answers" + "".join(f"/{_escaped(part)}" for part in error.absolute_path)
    if error.validator == "required" and isinstance(error.instance, Mapping):
        for name in cast(list[str], error.validator_value):
            if name not in error.instance:
                yield {"pointer": f"{place}/{_escaped(name)}", "detail": SAID["required"]}
        return
    yield {"pointer": place, "detail": said_of(str(error.validator), error.validator_value)}


def said_of(word: str, value: Any) -> Sentence:
    """What a broken word of the schema says to whoever filled the form in."""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    pattern = SAID_OF.get((word, shown)) or SAID.get(word) or later("This does not fit what the form asks for.")
    return say(pattern, value=shown) if "{value}" in pattern else say(pattern)


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def documents_of(definition: Definition, kind: str) -> list[RequiredDocument]:
    """The documents that this kind of application asks for as files: not the form, which is filled in on the spot."""
    return [item for item in definition.documents if kind in item.cases and not item.filled_by_form]


def document_faults(asked: Sequence[RequiredDocument], attached: Sequence[str]) -> list[Fault]:
    """What is wrong with the documents attached, given by the ids of what they are for."""
    known = {item.id: item for item in asked}
    faults: list[Fault] = [
        {"pointer": f"/documents/{_escaped(item.id)}", "detail": "This document is missing."}
        for item in asked
        if item.required and item.id not in attached
    ]
    for document in sorted(set(attached)):
        place = f"/documents/{_escaped(document)}"
        if document not in known:
            faults.append({"pointer": place, "detail": "The procedure does not ask for this document."})
        elif attached.count(document) > 1 and not known[document].repeatable:
            faults.append({"pointer": place, "detail": "Only one file may be given for this document."})
    return faults


def eligibility_faults(questions: Sequence[EligibilityQuestion], given: Mapping[str, Any]) -> list[Fault]:
    """Questions before the form that are not answered by yes or no."""
    return [
        {"pointer": f"/eligibility/{_escaped(item.id)}", "detail": "This question is not answered by yes or no."}
        for item in questions
        if not isinstance(given.get(item.id), bool)
    ]


def reasons_against(questions: Sequence[EligibilityQuestion], given: Mapping[str, Any]) -> list[Fault]:
    """The advice for each answer that stops an application."""
    return [
        {"pointer": f"/eligibility/{_escaped(item.id)}", "detail": item.advice.en}
        for item in questions
        if given.get(item.id) is item.stops_on
    ]
