"""The log's key: signs a tree head only when it extends the one signed last, which it remembers itself.

Whoever holds the database cannot have two histories signed: the memory is here, written before a signature leaves.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from config.retired import RetiredKeys
from signing.journal.record import Journal, KeyUse
from signing.keys.errors import KeyUnusable
from signing.notes.checkpoint import Checkpoint
from signing.notes.errors import CheckpointInvalid
from signing.notes.extension import EMPTY_ROOT, extends
from signing.notes.former import FormerLogKey
from signing.notes.note import NoteKey, make_note
from signing.pki.keyfolder import write_private
from signing.pki.marks import mark_of_key
from signing.signer.errors import CheckpointRefused

FILE_NAME = "log.key.pem"
KEY = "log"
PURPOSE = "checkpoint"
# No log has such an origin: a note of this text is no checkpoint, and no checkpoint is such a note.
HANDOVER = "antin log handover v1\n{}\nold {}\nnew {}\nlost since {}\nretired at {}\n"


class LogKey:
    """The key of one log, with its memory of the last tree head."""

    def __init__(self, keys: Path, state: Path, journal: Journal) -> None:
        self._file = keys / FILE_NAME
        self._held = _load(self._file)
        self._retired = RetiredKeys(keys)
        self._path = state / "log-state.json"
        self._journal = journal
        self._guard = threading.Lock()

    def verifier(self, origin: str) -> str:
        """The public half as text (C2SP verifier key); CheckpointRefused while the key is retired."""
        return NoteKey(origin, self._key().public_key().public_bytes_raw()).text

    def former(self, origin: str) -> list[FormerLogKey]:
        """The keys that were retired, the oldest first."""
        raw = [(key, base64.b64decode(key.public)[-32:]) for key in self._retired.of(KEY)]
        return [FormerLogKey(NoteKey(origin, public).text, key.since, key.at) for key, public in raw]

    def handover(self, origin: str) -> str:
        """Which key took the place of the one that was lost last, as a note of the present key; empty before that."""
        former = self.former(origin)
        if not former:
            return ""
        last, key = former[-1], self._key()
        text = HANDOVER.format(origin, last.text, self.verifier(origin), last.since.isoformat(), last.at.isoformat())
        use = KeyUse(KEY, "handover", hashlib.sha256(text.encode()).hexdigest(), None, origin)
        with self._guard:
            if not self._journal.has(use):
                self._journal.record(use, "asked")
                self._journal.record(use, "signed")
        return make_note(text, origin, key)

    def _key(self) -> Ed25519PrivateKey:
        """The key in use; a retired one makes room for the one that lies in its file by now."""
        if self._retired.find(mark_of_key(self._held.public_key())):
            self._held = _load(self._file)
            if self._retired.find(mark_of_key(self._held.public_key())):
                raise CheckpointRefused("The log's key was lost and is retired.")
        return self._held

    def state(self) -> Checkpoint | None:
        """The tree head that was signed last (CheckpointRefused when its memory is gone or damaged)."""
        if not self._path.exists():
            if self._journal.used(KEY):
                raise CheckpointRefused("The signer has lost its memory of the log; see the recovery of the log.")
            return None
        try:
            state = json.loads(self._path.read_text())
            return Checkpoint(state["origin"], state["size"], base64.b64decode(state["root"], validate=True))
        except (ValueError, KeyError, TypeError, CheckpointInvalid) as error:
            raise CheckpointRefused("The signer's memory of the log cannot be read.") from error

    def sign(self, origin: str, old: tuple[int, bytes], size: int, root: bytes, proof: Sequence[bytes]) -> str:
        """The note of a tree head; refuses a smaller tree, another root and an unproven growth (CheckpointRefused)."""
        head = _checkpoint(origin, size, root)
        use = KeyUse(KEY, PURPOSE, hashlib.sha256(head.text.encode()).hexdigest(), None, origin)
        with self._guard:
            try:
                key, last = self._key(), self.state()
                _check(last, head, old, proof)
            except CheckpointRefused as refusal:
                self._journal.record(use, "refused", refusal.detail)
                raise
            self._journal.record(use, "asked")
            if head != last:
                encoded = base64.b64encode(root).decode()
                content = json.dumps({"origin": origin, "size": size, "root": encoded})
                write_private(self._path, content.encode())
            note = make_note(head.text, origin, key)
            self._journal.record(use, "signed")
        return note


def read_log_key(keys: Path, origin: str) -> str:
    """The public half of the key in a folder of keys as text (C2SP verifier key); raises KeyUnusable."""
    return NoteKey(origin, _load(keys / FILE_NAME).public_key().public_bytes_raw()).text


def _check(last: Checkpoint | None, head: Checkpoint, old: tuple[int, bytes], proof: Sequence[bytes]) -> None:
    if last is None:
        known = (0, EMPTY_ROOT)
    elif last.origin != head.origin:
        raise CheckpointRefused("This key signs for another log.")
    else:
        known = (last.size, last.root)
    if last == head:
        return
    if head.size < known[0] or (last is not None and head.size == known[0]):
        raise CheckpointRefused(f"A tree of {known[0]} leaves with another root was signed before.")
    if old[0] != known[0] or (old[0] and old[1] != known[1]):
        raise CheckpointRefused(f"The tree signed last is another one; it has {known[0]} leaves.")
    if not extends(known, (head.size, head.root), proof):
        raise CheckpointRefused("It is not proven that the tree extends the one signed last.")


def _checkpoint(origin: str, size: int, root: bytes) -> Checkpoint:
    try:
        return Checkpoint(origin, size, root)
    except CheckpointInvalid as error:
        raise CheckpointRefused(error.detail) from error


def _load(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(f"{path.name}: no key can be read from it.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path.name}: must hold an Ed25519 key.")
    return key
