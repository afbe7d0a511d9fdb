"""Tree, proofs and tiles are those of RFC 6962 and C2SP, checked against others' code."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.log.errors import LogBroken
from registry.log.merkle import (
    EMPTY_ROOT,
    Node,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_by_path,
    root_of,
    tree_root,
)
from registry.log.tiles import Tiles, tile_path, unframed
from signing.notes.extension import extends

sizes = st.integers(1, 70)


def hashes_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def node_of(hashes: list[bytes]) -> Node:
    return lambda level, index: root_of(hashes[index << level : (index + 1) << level])


def test_the_root_is_that_of_the_standard() -> None:
    assert tree_root(0, node_of([])) == EMPTY_ROOT == hashlib.sha256().digest()
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for size in range(1, 40):
        oracle.append_entry(str(size - 1).encode())
        assert tree_root(size, node_of(hashes_of(size))) == oracle.get_root()


@given(sizes, st.data())
def test_every_leaf_has_a_path_to_the_root_and_no_other_place(size: int, data: st.DataObject) -> None:
    hashes = hashes_of(size)
    index = data.draw(st.integers(0, size - 1))
    root = tree_root(size, node_of(hashes))
    path = inclusion_path(index, size, node_of(hashes))
    assert root_by_path(index, size, hashes[index], path) == root
    for other in range(size):
        if other != index:
            assert root_by_path(other, size, hashes[index], path) != root
    assert root_by_path(index, size, leaf_hash(b"another"), path) != root
    assert root_by_path(index, size, hashes[index], [*path, root]) != root
    assert root_by_path(size, size, hashes[index], path) is None


@given(sizes, st.data())
def test_growth_is_proved_and_a_fork_is_not(size: int, data: st.DataObject) -> None:
    hashes = hashes_of(size)
    old = data.draw(st.integers(1, size))
    proof = consistency_path(old, size, node_of(hashes))
    before, after = tree_root(old, node_of(hashes)), tree_root(size, node_of(hashes))
    assert extends((old, before), (size, after), proof)
    forked = [*hashes[: old - 1], leaf_hash(b"forged"), *hashes[old:]]
    assert not extends((old, before), (size, tree_root(size, node_of(forked))), proof)


def test_what_is_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        inclusion_path(5, 5, node_of(hashes_of(5)))
    with pytest.raises(ValueError, match="shrink"):
        consistency_path(6, 5, node_of(hashes_of(5)))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (tile_path(0, 0), "tile/0/000"),
        (tile_path(0, 1234067), "tile/0/x001/x234/067"),
        (tile_path("entries", 5, 7), "tile/entries/005.p/7"),
    ],
)
def test_paths_are_those_of_the_specification(path: str, expected: str) -> None:
    assert path == expected


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5))
def test_tiles_grow_by_any_steps_to_the_same_tree(steps: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tiles, leaves = Tiles(Path(folder)), [str(number).encode() for number in range(sum(steps))]
        hashes = [leaf_hash(leaf) for leaf in leaves]
        size = 0
        for step in steps:
            for _ in range(2):  # a repeat after a kill writes the same
                tiles.render(size, leaves[size : size + step], hashes[size : size + step])
            size += step
            assert tree_root(size, tiles.node(size)) == root_of(hashes[:size])
        bundles = b"".join(
            tiles.read(tile_path("entries", number, min(256, size - number * 256))) or b""
            for number in range((size + 255) // 256)
        )
        assert list(unframed(bundles)) == leaves


def test_a_big_tree_has_upper_tiles(tmp_path: Path) -> None:
    tiles, leaves = Tiles(tmp_path), [str(number).encode() for number in range(70_000)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    tiles.render(0, leaves[:65_000], hashes[:65_000])
    tiles.render(65_000, leaves[65_000:], hashes[65_000:])
    assert tiles.read(tile_path(2, 0, 1)) == root_of(hashes[: 256 * 256])
    assert tree_root(70_000, tiles.node(70_000)) == root_of(hashes)
    assert root_by_path(69_999, 70_000, hashes[-1], inclusion_path(69_999, 70_000, tiles.node(70_000))) == root_of(
        hashes
    )


def test_a_tile_is_never_replaced(tmp_path: Path) -> None:
    tiles = Tiles(tmp_path)
    tiles.render(0, [b"a"], [leaf_hash(b"a")])
    with pytest.raises(LogBroken):
        tiles.render(0, [b"b"], [leaf_hash(b"b")])
    with pytest.raises(LogBroken):
        tiles.node(2)(0, 1)
