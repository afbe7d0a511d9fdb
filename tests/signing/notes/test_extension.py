"""Consistency proofs: every true one is accepted, no other is; pymerkle and a plain tree are the judges."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from signing.notes.extension import EMPTY_ROOT, LONGEST_PROOF, extends

MOST = 70


def _root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    cut = _cut(len(leaves))
    return hashlib.sha256(b"\x01" + _root(leaves[:cut]) + _root(leaves[cut:])).digest()


def _proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2, word for word."""
    if old == len(leaves):
        return [] if whole else [_root(leaves)]
    cut = _cut(len(leaves))
    if old <= cut:
        return [*_proof(old, leaves[:cut], whole), _root(leaves[cut:])]
    return [*_proof(old - cut, leaves[cut:], False), _root(leaves[:cut])]


def _cut(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


LEAVES = [str(number).encode() for number in range(MOST)]
SIZES = st.tuples(st.integers(1, MOST), st.integers(1, MOST)).map(lambda pair: (min(pair), max(pair)))


def _heads(sizes: tuple[int, int]) -> tuple[tuple[int, bytes], tuple[int, bytes], list[bytes]]:
    old, new = sizes
    proof = _proof(old, LEAVES[:new]) if old < new else []
    return (old, _root(LEAVES[:old])), (new, _root(LEAVES[:new])), proof


def test_every_true_extension_is_accepted() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            assert extends(*_heads((old, new)))


def test_pymerkle_has_the_same_roots() -> None:
    tree = InmemoryTree(algorithm="sha256")
    for number, leaf in enumerate(LEAVES[:40], start=1):
        tree.append_entry(leaf)
        assert tree.get_root() == _root(LEAVES[:number])


def test_pymerkle_accepts_and_gives_the_same_proofs() -> None:
    tree = InmemoryTree(algorithm="sha256")
    for leaf in LEAVES[:30]:
        tree.append_entry(leaf)
    for old in range(1, 30):
        proof = tree.prove_consistency(old, 30)
        assert len(proof.path) > 0
        verify_consistency(_root(LEAVES[:old]), _root(LEAVES[:30]), proof)


def test_everything_extends_the_empty_tree_and_needs_no_proof() -> None:
    head = (3, _root(LEAVES[:3]))
    assert extends((0, EMPTY_ROOT), head, [])
    assert not extends((0, b"x" * 32), head, [])
    assert not extends((0, EMPTY_ROOT), head, [b"x" * 32])
    assert extends((0, EMPTY_ROOT), (0, EMPTY_ROOT), [])


@given(sizes=SIZES, data=st.data())
def test_one_changed_octet_in_root_or_proof_is_refused(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new, proof = _heads(sizes)
    parts = [old[1], new[1], *proof]
    which, octet = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 31))
    changed = bytearray(parts[which])
    changed[octet] ^= data.draw(st.integers(1, 255))
    parts[which] = bytes(changed)
    assert not extends((old[0], parts[0]), (new[0], parts[1]), parts[2:])


@given(sizes=SIZES, data=st.data())
def test_a_shorter_longer_or_reordered_proof_is_refused(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new, proof = _heads(sizes)
    for wrong in (proof[:-1], [*proof, b"x" * 32], [b"x" * 32, *proof], proof[::-1]):
        if wrong != proof:
            assert not extends(old, new, wrong)


def test_a_rewritten_leaf_is_refused() -> None:
    forged = [b"forged", *LEAVES[1:]]
    for old in range(1, 20):
        head = (20, _root(forged[:20]))
        assert not extends((old, _root(LEAVES[:old])), head, _proof(old, forged[:20]))


def test_shrinking_and_absurd_values_are_refused() -> None:
    old, new, proof = _heads((3, 7))
    assert not extends(new, old, proof)
    assert not extends((-1, old[1]), new, proof)
    assert not extends((7, old[1]), new, [])
    assert not extends(old, new, [b"short", *proof[1:]])
    assert not extends(old, new, [b"x" * 32] * (LONGEST_PROOF + 1))
