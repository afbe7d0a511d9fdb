"""The public key of the log's checkpoints, asked of the signer once in a process and never in a transaction."""

from __future__ import annotations

from dataclasses import dataclass

from config.errors import Refused
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.log.errors import LogUnreachable
from signing.notes.note import NoteKey
from signing.requests.checkpoint import log_verifier_key


@dataclass(frozen=True)
class KnownLogKey:
    """What the signer said; kept among the tools of the process."""

    key: NoteKey


def log_key(unit: UnitOfWork) -> NoteKey:
    """The key; raises what says that the signer does not answer."""
    try:
        return unit.tools[KnownLogKey].key
    except LookupError:
        key = NoteKey.from_text(log_verifier_key(unit.tools, unit.tools[Settings].log_origin))
        unit.tools.add(KnownLogKey(key))
        return key


def learn_log_key(unit: UnitOfWork) -> None:
    """Have the key at hand for the transactions that follow; without a signer they prove nothing."""
    try:
        log_key(unit)
    except (Refused, LookupError):
        return


def known_log_key(work: Work) -> NoteKey:
    """The key that this process knows; raises LogUnreachable when it does not know it yet."""
    try:
        return work.tools[KnownLogKey].key
    except LookupError as error:
        raise LogUnreachable("The key of the log is not known here.") from error
