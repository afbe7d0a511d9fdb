"""The text of a log's checkpoint: which log, how many leaves, which root (C2SP tlog-checkpoint, v1.0.0)."""

import base64
from dataclasses import dataclass
from typing import Self

from signing.notes.errors import CheckpointInvalid


@dataclass(frozen=True)
class Checkpoint:
    """A tree head; `root` is 32 bytes. Extension lines are not made and not accepted."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or self.size < 0 or len(self.root) != 32:
            raise CheckpointInvalid("A checkpoint has an origin, a size and a root of 32 bytes.")

    @property
    def text(self) -> str:
        """Three ended lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a checkpoint; raises CheckpointInvalid for any other way to write the same."""
        try:
            origin, size, root, rest = text.split("\n")
            checkpoint = cls(origin, int(size), base64.b64decode(root, validate=True))
        except ValueError as error:
            raise CheckpointInvalid("The text is no checkpoint.") from error
        if rest or checkpoint.text != text:
            raise CheckpointInvalid("The text is no checkpoint.")
        return checkpoint
