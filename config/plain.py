"""Dataclasses as JSON and back, so strictly that what comes back may have been written by an enemy.

Every field must be there and no other, every value of exactly the type that the class names; texts must be Unicode,
times must know their zone. Types: dataclasses, enumerations, str, int, bool, bytes, date, datetime, None,
tuple[X, ...], frozenset[X], Mapping[str, X] and unions of them with None.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")
LARGEST_NUMBER = 2**63


class Malformed(ValueError):
    """It is not JSON, or not of this type."""


def to_bytes(value: Any) -> bytes:
    """A dataclass of the types above as JSON."""
    return json.dumps(_plain(value), separators=(",", ":")).encode()


def from_bytes(kind: type[T], content: bytes) -> T:
    """The dataclass that `content` says, built anew from checked parts; raises Malformed."""
    try:
        found: T = _parsed(kind, json.loads(content))
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise Malformed(f"not a {kind.__name__}") from error
    return found


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} is not foreseen")


def _parsed(kind: Any, plain: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin is not None:
        return _generic(origin, typing.get_args(kind), plain)
    if dataclasses.is_dataclass(kind):
        return _dataclass(typing.cast(type, kind), plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_exactly(str, plain))
    if kind not in SIMPLE:
        raise Malformed(f"{kind} is not foreseen")
    return SIMPLE[kind](plain)


def _generic(origin: Any, arguments: tuple[Any, ...], plain: Any) -> Any:
    if origin in (types.UnionType, typing.Union):
        (kind,) = [one for one in arguments if one is not type(None)]
        return None if plain is None else _parsed(kind, plain)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        items = _exactly(dict, plain).items()
        return {_text(key): _parsed(arguments[1], one) for key, one in items}
    if origin in (tuple, frozenset):
        return origin(_parsed(arguments[0], one) for one in _exactly(list, plain))
    raise Malformed(f"{origin} is not foreseen")


def _dataclass(kind: type, plain: Any) -> Any:
    fields = _fields(kind)
    if set(_exactly(dict, plain)) != set(fields):
        raise Malformed("fields are missing, or there are more than foreseen")
    return kind(**{name: _parsed(fields[name], one) for name, one in plain.items()})


@functools.cache
def _fields(kind: Any) -> Mapping[str, Any]:
    types_of = typing.get_type_hints(kind)
    return {field.name: types_of[field.name] for field in dataclasses.fields(kind)}


def _exactly(kind: type[T], plain: Any) -> T:
    if type(plain) is not kind:  # not isinstance: True is an int
        raise Malformed(f"not a {kind.__name__}")
    return plain


def _text(plain: Any) -> str:
    text = _exactly(str, plain)
    text.encode()  # half a character would fail wherever it is shown
    return text


def _number(plain: Any) -> int:
    number = _exactly(int, plain)
    if abs(number) > LARGEST_NUMBER:
        raise Malformed("the number is too large")
    return number


def _moment(plain: Any) -> datetime:
    moment = datetime.fromisoformat(_exactly(str, plain))
    if moment.tzinfo is None:
        raise Malformed("a time without a zone")
    return moment


SIMPLE: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _number,
    bool: lambda plain: _exactly(bool, plain),
    bytes: lambda plain: bytes.fromhex(_exactly(str, plain)),
    date: lambda plain: date.fromisoformat(_exactly(str, plain)),
    datetime: _moment,
}
