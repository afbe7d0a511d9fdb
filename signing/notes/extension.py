"""Whether one tree head extends another: consistency proofs of RFC 6962 (verified as RFC 9162, 2.1.4.2). Pure."""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
LONGEST_PROOF = 130  # more than two hashes for each of 64 levels


def extends(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """True when `proof` shows that the tree `new` (size, root) begins with exactly the leaves of `old`."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size < 0 or old_size > new_size or len(proof) > LONGEST_PROOF:
        return False
    if any(len(part) != hashlib.sha256().digest_size for part in proof):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    return _climb(old_size, new_size, old_root, proof) == (old_root, new_root)


def _climb(old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots as the proof makes them, or None when it is too short or too long."""
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)  # the old tree is complete: its root is a node of the new one and left out
    if not path:
        return None
    left, last = old_size - 1, new_size - 1
    while left & 1:
        left, last = left >> 1, last >> 1
    old = new = path[0]
    for part in path[1:]:
        if last == 0:
            return None
        if left & 1 or left == last:
            old, new = _node(part, old), _node(part, new)
            while left and not left & 1:
                left, last = left >> 1, last >> 1
        else:
            new = _node(new, part)
        left, last = left >> 1, last >> 1
    return (old, new) if last == 0 else None


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
