"""Dataclasses come back as they went, and nothing else comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest

from config.plain import Malformed, from_bytes, to_bytes


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Part:
    name: str
    colour: Colour = Colour.RED


@dataclass(frozen=True)
class Whole:
    number: int
    flag: bool
    content: bytes
    day: date
    at: datetime
    parts: tuple[Part, ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)
    words: Mapping[str, int] = field(default_factory=dict)
    maybe: Part | None = None


WHOLE = Whole(
    *(-7, True, b"\x00\xff", date(2026, 3, 2), datetime(2026, 3, 2, 3, 1, tzinfo=UTC)),
    *((Part("Nguyễn"), Part("")), frozenset({"a", "b"}), {"x": 1}, Part("z")),
)


def _with(**changed: Any) -> bytes:
    return json.dumps(json.loads(to_bytes(WHOLE)) | changed).encode()


def test_a_dataclass_comes_back_as_it_went() -> None:
    assert from_bytes(Whole, to_bytes(WHOLE)) == WHOLE
    assert from_bytes(Whole, _with(maybe=None)).maybe is None


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"nothing", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, b'{"number":' + b"9" * 5000 + b"}"),
        to_bytes(WHOLE) + b" more",
        to_bytes(WHOLE)[:-1],
        *(_with(more=1), _with(number=True), _with(number="1"), _with(number=1.0), _with(number=2**64)),
        *(_with(flag=1), _with(flag="true"), _with(content="0"), _with(content=[1]), _with(day="2026-13-01")),
        *(_with(at="2026-03-02T03:01:00"), _with(at="soon"), _with(at=1), _with(parts="ab"), _with(parts=[{}])),
        *(_with(parts=[{"name": "a", "colour": "blue"}]), _with(parts=[{"name": "\ud800", "colour": "red"}])),
        *(_with(names=[1]), _with(words=[["x", 1]]), _with(words={"x": "1"}), _with(maybe=[])),
    ],
)
def test_anything_else_does_not_come_back(content: bytes) -> None:
    with pytest.raises(Malformed):
        from_bytes(Whole, content)


def test_a_type_that_is_not_foreseen_is_refused_on_both_sides() -> None:
    @dataclass
    class Loose:
        anything: float

    with pytest.raises(TypeError):
        to_bytes(Loose(1.5))
    with pytest.raises(Malformed):
        from_bytes(Loose, b'{"anything":1.5}')
