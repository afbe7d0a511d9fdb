"""Makes values from plain data by their own type hints, so that the dataclasses alone define the format."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from config.errors import Fault
from licensing.catalogue.errors import PackageBroken

Kind = TypeVar("Kind")
LONGEST_TEXT = 4000


def build(kind: type[Kind], plain: Any, place: str) -> Kind:
    """A value of the dataclass `kind` from plain data; raises PackageBroken naming every fault with its place."""
    faults: list[Fault] = []
    value = _build(kind, plain, place, faults)
    if faults:
        raise PackageBroken(faults)
    return typing.cast(Kind, value)


def _build(hint: Any, plain: Any, place: str, faults: list[Fault]) -> Any:
    if dataclasses.is_dataclass(hint):
        return _build_dataclass(typing.cast(type, hint), plain, place, faults)
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return None if plain is None else _build(parts[0], plain, place, faults)
    if origin is tuple:
        return _build_tuple(parts[0], plain, place, faults)
    if origin is Mapping:
        return _build_mapping(parts[1], plain, place, faults)
    try:
        return _scalar(hint, plain)
    except (ValueError, InvalidOperation):
        faults.append(Fault(pointer=place, detail=f"must be {_named(hint)}, not {plain!r}"))
        return None


def _build_dataclass(kind: type, plain: Any, place: str, faults: list[Fault]) -> Any:
    if not isinstance(plain, Mapping):
        faults.append(Fault(pointer=place, detail=f"must be a mapping with the keys of {kind.__name__}"))
        return None
    hints, required = _shape(kind)
    for key in plain.keys() - hints.keys():
        faults.append(Fault(pointer=f"{place}/{key}", detail=f"is not a key of {kind.__name__}"))
    for key in required - plain.keys():
        faults.append(Fault(pointer=f"{place}/{key}", detail="is missing"))
    values = {key: _build(hints[key], value, f"{place}/{key}", faults) for key, value in plain.items() if key in hints}
    return kind(**values) if required <= values.keys() else None


def _build_tuple(item_hint: Any, plain: Any, place: str, faults: list[Fault]) -> Any:
    if item_hint is str and isinstance(plain, str | int | bool):
        plain = [plain]  # `kind: trade` says the same as `kind: [trade]`
    if not isinstance(plain, list):
        faults.append(Fault(pointer=place, detail="must be a list"))
        return ()
    return tuple(_build(item_hint, item, f"{place}/{index}", faults) for index, item in enumerate(plain))


def _build_mapping(item_hint: Any, plain: Any, place: str, faults: list[Fault]) -> Any:
    if not isinstance(plain, Mapping):
        faults.append(Fault(pointer=place, detail="must be a mapping"))
        return {}
    return {key: _build(item_hint, value, f"{place}/{key}", faults) for key, value in plain.items()}


@cache
def _shape(kind: type) -> tuple[dict[str, Any], frozenset[str]]:
    """The type hints of a dataclass, and the keys without a default."""
    hints = typing.get_type_hints(kind)
    required = frozenset(
        item.name
        for item in dataclasses.fields(kind)
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    )
    return hints, required


def _scalar(hint: Any, plain: Any) -> Any:
    """One value; ValueError when it is not of the kind asked for. Text is never guessed from a number."""
    if hint is bool or hint is int:
        if type(plain) is not hint:
            raise ValueError
        return plain
    if hint is Decimal and type(plain) is int:
        return Decimal(plain)
    if not isinstance(plain, str) or len(plain) > LONGEST_TEXT:
        raise ValueError
    return READERS.get(hint, hint)(plain)


def _text(plain: str) -> str:
    if not plain.strip():
        raise ValueError
    return plain.strip()


def _decimal(plain: str) -> Decimal:
    number = Decimal(plain)
    if not number.is_finite():
        raise ValueError
    return number


READERS: dict[Any, Callable[[str], Any]] = {
    str: _text,
    date: date.fromisoformat,
    time: time.fromisoformat,
    Decimal: _decimal,
}


def _named(hint: Any) -> str:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "one of " + ", ".join(hint)
    names = {
        str: "a text",
        date: "a date such as 2026-11-24",
        time: "a time such as 15:00",
        bool: "true or false",
    }
    return names.get(hint, "a number")
