"""Have the log's checkpoint signed. The signer keeps its own memory of the log and refuses all but a true extension."""

from __future__ import annotations

from config.unit_of_work import Tools, UnitOfWork
from signing.notes.former import FormerLogKey
from signing.signer.client import SignerClient


def sign_checkpoint(
    unit: UnitOfWork, origin: str, old: tuple[int, bytes] | None, size: int, root: bytes, consistency: list[bytes]
) -> str:
    """The signed note (C2SP) of a tree head; `old` and `consistency` prove that it extends the last one signed."""
    return unit.tools[SignerClient].sign_note(origin, old, size, root, consistency)


def last_signed(unit: UnitOfWork) -> tuple[int, bytes] | None:
    """Size and root of the head that the signer signed last, by its own memory; None before the first."""
    return unit.tools[SignerClient].log_state()


def log_verifier_key(tools: Tools, origin: str) -> str:
    """The key (C2SP text form) that verifies the log's checkpoints."""
    return tools[SignerClient].log_key(origin)


def log_handover(tools: Tools, origin: str) -> str:
    """The note that tells of the log's present key after one was lost; empty before that."""
    return tools[SignerClient].log_handover(origin)


def former_log_keys(tools: Tools, origin: str) -> list[FormerLogKey]:
    """The keys of the log that were lost, the oldest first."""
    return tools[SignerClient].former_log_keys(origin)
