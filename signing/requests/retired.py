"""Have the signer process write down that a key was retired; it refuses the key with or without being asked."""

from __future__ import annotations

from collections.abc import Iterable

from config.compromise import Loss
from config.errors import Unavailable
from config.unit_of_work import UnitOfWork
from signing.signer.client import SignerClient


def journal_retirement(unit: UnitOfWork, loss: Loss) -> Iterable[str]:
    """The step after the register of retired keys; a signer that does not run writes it down when it starts."""
    try:
        unit.tools[SignerClient].note_retired()
    except Unavailable:
        return ["the signer does not answer; its journal will have the retirement when it starts"]
    return ["the signing journal has the retirement"]
