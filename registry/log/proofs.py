"""Proofs that a leaf is in the log, for people who do not believe us: path, leaf and signed checkpoint together."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import sqlalchemy as sa

from config.sentences import later
from config.settings import Settings
from config.unit_of_work import Work
from registry.entries.models import EntryEvent
from registry.log.append import last_checkpoint
from registry.log.errors import LeafNotLogged, LogBroken, LogUnreachable
from registry.log.known_key import forget_log_key, known_log_key, signed_by
from registry.log.merkle import inclusion_path, leaf_hash, root_by_path
from registry.log.models import LogLeaf, SignedCheckpoint
from registry.log.tiles import Tiles
from signing.notes.checkpoint import Checkpoint
from signing.notes.errors import CheckpointInvalid, NoteInvalid
from signing.notes.note import NoteKey, verify_note


@dataclass(frozen=True)
class InclusionProof:
    """A leaf's place under a signed head. `path` are the hashes beside the way up."""

    index: int
    size: int
    path: list[bytes]
    root: bytes
    note: str

    def proves(self, leaf: bytes) -> bool:
        """True when this leaf makes the root by this path."""
        return root_by_path(self.index, self.size, leaf_hash(leaf), self.path) == self.root

    def text(self, leaf: bytes) -> str:
        """The proof as C2SP tlog-proof writes it: the leaf as its extra data, index, hashes, the checkpoint."""
        lines = ["c2sp.org/tlog-proof@v1", f"extra {_base64(leaf)}", f"index {self.index}"]
        return "\n".join([*lines, *map(_base64, self.path)]) + "\n\n" + self.note


def signed_head(work: Work) -> SignedCheckpoint:
    """The newest head, its note verified under the log's key.

    Raises LeafNotLogged before the first, LogUnreachable without the key, LogBroken for a note that is not the log's.
    """
    newest = last_checkpoint(work)
    if newest is None:
        raise LeafNotLogged(later("Nothing is in the log yet."))
    key = known_log_key(work)
    if fault := note_fault(newest, key):
        if not signed_by(newest.note, key) and forget_log_key(work.tools, newest.note):
            raise LogUnreachable(
                "The newest checkpoint is signed by another key; the signer is asked which one is the log's."
            )
        raise LogBroken(f"The newest checkpoint {fault}.")
    return newest


def note_fault(signed: SignedCheckpoint, key: NoteKey) -> str | None:
    """What is wrong with a stored checkpoint, to complete "the checkpoint …"; None when nothing is."""
    try:
        stated = Checkpoint.from_text(verify_note(signed.note, [key]))
    except (NoteInvalid, CheckpointInvalid) as error:
        return f"is not signed by the log: {error.detail}"
    if (stated.origin, stated.size, stated.root) != (key.name, signed.size, signed.root):
        return "says other things than the database"
    return None


def inclusion_proof(work: Work, index: int, head: SignedCheckpoint | None = None) -> InclusionProof:
    """The proof of the leaf with this index under a verified head, by default the newest.

    Raises LeafNotLogged, LogUnreachable, LogBroken.
    """
    head = head or signed_head(work)
    if not 0 <= index < head.size:
        raise LeafNotLogged(later("No signed checkpoint covers this leaf yet."))
    tiles = Tiles(work.tools[Settings].log_folder)
    return InclusionProof(
        index, head.size, inclusion_path(index, head.size, tiles.node(head.size)), head.root, head.note
    )


def proof_text(work: Work, index: int) -> str:
    """The whole proof of a leaf, with the leaf in it. Raises as `inclusion_proof`."""
    proof = inclusion_proof(work, index)
    query = sa.select(EntryEvent.body).join(LogLeaf, LogLeaf.event_id == EntryEvent.id)
    leaf = work.session.scalar(query.where(LogLeaf.leaf_index == index))
    if leaf is None or not proof.proves(leaf):
        raise LogBroken("The log does not hold this leaf as the register has it.")
    return proof.text(leaf)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
