"""Proofs that a leaf is in the log, for people who do not believe us: path, leaf and signed checkpoint together."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from config.settings import Settings
from config.unit_of_work import Work
from registry.log.append import last_checkpoint
from registry.log.errors import LeafNotLogged, LogBroken
from registry.log.merkle import inclusion_path, leaf_hash, root_by_path
from registry.log.tiles import Tiles
from signing.notes.checkpoint import Checkpoint
from signing.notes.note import NoteKey, verify_note
from signing.requests.checkpoint import log_verifier_key


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

    @property
    def text(self) -> str:
        """The proof as C2SP tlog-proof writes it: index, hashes, an empty line, the checkpoint."""
        lines = ["c2sp.org/tlog-proof@v1", f"index {self.index}"]
        lines += [base64.b64encode(part).decode() for part in self.path]
        return "\n".join(lines) + "\n\n" + self.note


def inclusion_proof(work: Work, index: int) -> InclusionProof:
    """The proof of the leaf with this index under the newest signed head.

    Raises LeafNotLogged, LogBroken, NoteInvalid.
    """
    checkpoint = last_checkpoint(work)
    if checkpoint is None or not 0 <= index < checkpoint.size:
        raise LeafNotLogged("No signed checkpoint covers this leaf yet.")
    settings = work.tools[Settings]
    key = NoteKey.from_text(log_verifier_key(work.tools, settings.log_origin))
    stated = Checkpoint.from_text(verify_note(checkpoint.note, [key]))
    if (stated.origin, stated.size, stated.root) != (settings.log_origin, checkpoint.size, checkpoint.root):
        raise LogBroken("The checkpoint says other things than the database.")
    tiles = Tiles(settings.log_folder)
    path = inclusion_path(index, checkpoint.size, tiles.node(checkpoint.size))
    return InclusionProof(index, checkpoint.size, path, checkpoint.root, checkpoint.note)
