"""The one way to write a leaf: canonical JSON (RFC 8785) of texts, whole numbers, lists and objects, and no other.

A leaf is hashed as bytes; two ways to write the same facts would be two leaves, and a reader that takes the second
of two equal keys would see other facts than one that takes the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from registry.entries.errors import LeafNotCanonical

LIMIT = 65_535  # bytes; the length of a leaf in an entry bundle has two bytes (C2SP tlog-tiles)
SAFE = 2**53 - 1  # the whole numbers that every JSON reader keeps exactly


def to_canonical(value: Mapping[str, Any], limit: int = LIMIT) -> bytes:
    """The bytes of an object; raises LeafNotCanonical for anything that has no single form, or is too long."""
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        written = text.encode()
    except UnicodeEncodeError as error:
        raise LeafNotCanonical("A text holds half a character.") from error
    if len(written) > limit:
        raise LeafNotCanonical(f"It has {len(written)} bytes; {limit} are allowed.")
    return written


def from_canonical(written: bytes) -> dict[str, Any]:
    """The object that `to_canonical` wrote; every other way to write it is refused (LeafNotCanonical)."""
    if len(written) > LIMIT:
        raise LeafNotCanonical(f"It has {len(written)} bytes; {LIMIT} are allowed.")
    try:
        value = json.loads(written.decode(), object_pairs_hook=_without_doubles, parse_float=_refuse)
    except (ValueError, RecursionError) as error:
        raise LeafNotCanonical("It is no canonical JSON.") from error
    if not isinstance(value, dict) or to_canonical(value) != written:
        raise LeafNotCanonical("It is not in canonical form.")
    return value


def _check(value: Any, depth: int = 0) -> None:
    if depth > 20:
        raise LeafNotCanonical("It is nested too deep.")
    if isinstance(value, Mapping):
        # By ASCII keys the order of code points is the order of UTF-16 units that RFC 8785 asks for.
        if not all(isinstance(key, str) and key.isascii() for key in value):
            raise LeafNotCanonical("Keys are ASCII texts.")
        parts: Sequence[Any] = list(value.values())
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        parts = value
    else:
        _check_plain(value)
        parts = ()
    for part in parts:
        _check(part, depth + 1)


def _check_plain(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise LeafNotCanonical(f"A {type(value).__name__} has no place here.")
    if isinstance(value, int) and abs(value) > SAFE:
        raise LeafNotCanonical("A number is too large.")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")
