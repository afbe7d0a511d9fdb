"""The Merkle tree of RFC 6962, section 2.1, over a function that knows the hashes of complete subtrees. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""`node(level, index)`: the hash of the complete subtree over leaves `index << level` to `(index + 1) << level`."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes that are all at hand."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = _split(len(hashes))
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def tree_root(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _subtree(0, size, node)


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(m, D[n]): what is needed beside the leaf to make the root; ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError("The leaf is not in the tree.")
    return _path(index, 0, size, node)


def consistency_path(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(m, D[n]): shows that the tree of `old` leaves is the beginning of that of `new`; empty from nothing."""
    if not 0 <= old <= new:
        raise ValueError("A tree does not shrink.")
    return [] if old in (0, new) else _subproof(old, 0, new, node, whole=True)


def root_by_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf hash and its path make (RFC 9162, 2.1.3.2); None when the path does not fit the place."""
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for part in path:
        if last == 0 or len(part) != 32:
            return None
        if place & 1 or place == last:
            root = node_hash(part, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, part)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(start: int, end: int, node: Node) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    return node_hash(_subtree(start, middle, node), _subtree(middle, end, node))


def _path(index: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), _subtree(middle, end, node)]
    return [*_path(index, middle, end, node), _subtree(start, middle, node)]


def _subproof(old: int, start: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [_subtree(start, end, node)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, node, whole=whole), _subtree(middle, end, node)]
    return [*_subproof(old, middle, end, node, whole=False), _subtree(start, middle, node)]
