"""The fields of a form as they can be compared: what each says, what it shows, and all the rest of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf

from signing.validation.census import DEEPEST_FORM, MOST_FIELDS

EMPTY = ("", "/Off")
CHANGING = ("/V", "/AP", "/AS", "/DA", "/Kids")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Field:
    """A field of a form, or one of its widgets: what it says, what it shows and all the rest of it, each as bytes.

    `state` names which of its drawings is shown.
    """

    kind: str
    value: str
    state: str
    shows: bytes
    rest: bytes
    page: int | None
    box: Box | None

    @property
    def empty(self) -> bool:
        return self.value in EMPTY


def fields_of(pdf: bytes) -> dict[str, Field]:
    """The form's fields by full name, widgets numbered below theirs; raises whatever a hostile file provokes."""
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
        form = document.Root.get("/AcroForm")
        pages = {
            annotation.objgen: number
            for number, page in enumerate(document.pages)
            for annotation in page.obj.get("/Annots", ())
            if isinstance(annotation, pikepdf.Dictionary)
        }
        fields = walk(form.get("/Fields")) if form is not None else ()
        return {one.name: _field(one, pages) for one in fields}


@dataclass(frozen=True)
class Found:
    """A field or widget in an open document: full name, its object, and kind and value, which are inherited."""

    name: str
    body: Any
    kind: str
    value: str


def walk(fields: Any, above: str = "", kind: str = "", value: str = "", depth: int = 0) -> Iterator[Found]:
    """All fields below `fields`, each before its own; ValueError where there are too many."""
    if depth > DEEPEST_FORM or len(fields or ()) > MOST_FIELDS:
        raise ValueError("the form is too deep or too large")
    for number, field in enumerate(fields or ()):
        name = f"{above}.{field.get('/T', number)}" if above else str(field.get("/T", number))
        found = Found(name, field, str(field.get("/FT", kind)), _said(field.get("/V", value)))
        yield found
        yield from walk(field.get("/Kids"), name, found.kind, found.value, depth + 1)


def _field(found: Found, pages: Any) -> Field:
    field = found.body
    rest = [f"{key} {_written(one)}" for key, one in sorted(field.items()) if key not in CHANGING]
    box = tuple(float(number) for number in field.get("/Rect", ()))
    shows, at = shown(field.get("/AP")), pages.get(field.objgen)
    state = str(field.get("/AS", ""))
    return Field(found.kind, found.value, state, shows, repr(rest).encode(), at, box if len(box) == 4 else None)


def _said(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.String | str) else _written(value)


def _written(value: Any) -> str:
    """A value as one text: numbers however they are written, what stands elsewhere by the number of its object."""
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        return f"{value.objgen[0]} {value.objgen[1]} R"
    if isinstance(value, pikepdf.String):
        return repr(str(value))
    if isinstance(value, pikepdf.Dictionary):
        return "<<" + " ".join(f"{key} {_written(one)}" for key, one in sorted(value.items())) + ">>"
    if isinstance(value, pikepdf.Array):
        return "[" + " ".join(map(_written, value)) + "]"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return format(Decimal(value).normalize(), "f")
    return str(value)


def shown(value: Any, depth: int = 0) -> bytes:
    """An appearance: the drawings themselves, not the numbers of their objects."""
    if isinstance(value, pikepdf.Stream):
        return value.stream_dict.unparse(resolved=True) + value.read_raw_bytes()
    if isinstance(value, pikepdf.Dictionary) and depth < 3:
        return b"".join(key.encode() + shown(value[key], depth + 1) for key in sorted(value.keys()))
    return b"" if value is None else _written(value).encode()
