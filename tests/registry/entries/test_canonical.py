"""A leaf has one way to be written; every other way is refused, by whoever writes and whoever reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.entries.canonical import LIMIT, SAFE, from_canonical, to_canonical
from registry.entries.errors import LeafNotCanonical

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=8)
values = st.recursive(
    texts | st.integers(-SAFE, SAFE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(keys, values, max_size=5)


@given(objects)
def test_what_is_written_is_read_back_and_written_the_same(value: dict[str, Any]) -> None:
    written = to_canonical(value)
    assert from_canonical(written) == value
    assert to_canonical(dict(reversed(value.items()))) == written


@given(objects)
def test_every_other_way_to_write_it_is_refused(value: dict[str, Any]) -> None:
    written = to_canonical(value)
    others = {
        json.dumps(value, ensure_ascii=False, sort_keys=True).encode(),
        json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(dict(sorted(value.items(), reverse=True)), ensure_ascii=False, separators=(",", ":")).encode(),
        written + b"\n",
        b"\xef\xbb\xbf" + written,
    }
    for other in others - {written}:
        with pytest.raises(LeafNotCanonical):
            from_canonical(other)


@pytest.mark.parametrize(
    "written",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":true}',
        b'{"a":null}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":9007199254740992}',
        b'{"a":"\\u0061"}',
        b"[1]",
        b'"a"',
        b"1",
        b"",
        b"{",
        b"\xff",
        b'{"\xc3\xa9":1}',
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"a":"' + b"x" * LIMIT + b'"}',
    ],
)
def test_what_two_readers_could_read_differently_is_refused(written: bytes) -> None:
    with pytest.raises(LeafNotCanonical):
        from_canonical(written)


@pytest.mark.parametrize("value", [1.5, True, None, b"x", "\ud800", 2**53, {"é": 1}, {1: 2}, [[[1.0]]]])
def test_what_has_no_single_form_is_never_written(value: Any) -> None:
    with pytest.raises(LeafNotCanonical):
        to_canonical({"a": value})


def test_a_leaf_has_an_end() -> None:
    assert len(to_canonical({"a": "x" * (LIMIT - 8)})) == LIMIT
    with pytest.raises(LeafNotCanonical):
        to_canonical({"a": "x" * (LIMIT - 7)})
    deep: dict[str, Any] = {}
    for _ in range(30):
        deep = {"a": deep}
    with pytest.raises(LeafNotCanonical):
        to_canonical(deep)
