"""The public key of the log's checkpoints, asked of the signer and kept; never asked in a transaction.

It changes only when it was lost. A process that meets a checkpoint of another key forgets what it knows, and asks the
signer again; until then nothing is proven. A checkpoint that the signer's answer does not explain is broken.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from config.errors import Refused
from config.settings import Settings
from config.unit_of_work import Tools, UnitOfWork, Work
from registry.log.errors import LogUnreachable
from registry.log.tiles import CHECKPOINT, Tiles
from signing.notes.errors import NoteInvalid
from signing.notes.note import NoteKey, read_note
from signing.requests.checkpoint import log_verifier_key


@dataclass
class KnownLogKey:
    """What the signer said; kept among the tools of the process. `asked_about` is the note for which it was asked."""

    key: NoteKey | None
    asked_about: str = ""


def log_key(unit: UnitOfWork) -> NoteKey:
    """The key; raises what says that the signer does not answer."""
    try:
        known = unit.tools[KnownLogKey]
    except LookupError:
        known = KnownLogKey(None)
    if known.key is None:
        known.key = NoteKey.from_text(log_verifier_key(unit.tools, unit.tools[Settings].log_origin))
        unit.tools.add(known)
    return known.key


def ask_log_key(unit: UnitOfWork) -> NoteKey:
    """The key as the signer says now, whatever was known before; raises what says that it does not answer."""
    with suppress(LookupError):
        unit.tools[KnownLogKey].key = None
    return log_key(unit)


def learn_log_key(unit: UnitOfWork) -> None:
    """Have the key at hand for the transactions that follow; without a signer they prove nothing."""
    try:
        key, published = log_key(unit), Tiles(unit.tools[Settings].log_folder).read(CHECKPOINT)
        note = (published or b"").decode(errors="replace")
        if note and not signed_by(note, key) and forget_log_key(unit.tools, note):
            log_key(unit)
    except (Refused, LookupError):
        return


def known_log_key(work: Work) -> NoteKey:
    """The key that this process knows; raises LogUnreachable when it does not know it yet."""
    try:
        key = work.tools[KnownLogKey].key
    except LookupError:
        key = None
    if key is None:
        raise LogUnreachable("The key of the log is not known here.")
    return key


def forget_log_key(tools: Tools, note: str) -> bool:
    """Have the signer asked again, because of this note; False when it was asked for that note before."""
    known = tools[KnownLogKey]
    if known.asked_about == note:
        return False
    known.key, known.asked_about = None, note
    return True


def signed_by(note: str, key: NoteKey) -> bool:
    """Whether a note says that this key signed it; not verified."""
    try:
        return any((one.name, one.key_id) == (key.name, key.key_id) for one in read_note(note)[1])
    except NoteInvalid:
        return False
