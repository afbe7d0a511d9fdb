"""Reads documents of others outside this process, in a confined child each, and compares what it says."""

from __future__ import annotations

from datetime import datetime

from config.confinement import Limits
from config.fortress import Fortress
from config.sentences import say
from signing.enclosures.errors import TOO_LARGE, TOO_MUCH, EnclosureNotSuitable
from signing.enclosures.only_seal_added import OTHERWISE, UNTOLD
from signing.enclosures.question import DONE, REFUSED, Wanted
from signing.pades.enclosures import HAS_FORM, LOCKED, NO_SEAL
from signing.pades.extend import Evidence
from signing.pades.marks import SIZE_UNREADABLE, TOO_SMALL
from signing.validation.policy import LARGEST_FILE

MEMORY, SECONDS = 768 * 1024 * 1024, 20
MORE = 1_000_000  # bytes that a seal's revision and its drawing may add
SENTENCES = {str(one): one for one in (NO_SEAL, HAS_FORM, LOCKED, SIZE_UNREADABLE, TOO_SMALL, OTHERWISE, UNTOLD)}
fortress = Fortress("signing.enclosures.child", Limits(MEMORY, SECONDS), LARGEST_FILE + MORE)  # one zygote a process


def revision_of(pdf: bytes, stamp: bytes, at: datetime) -> bytes:
    """`pdf` with one more revision: the empty seal at the top right of page 1, drawn by `stamp`.

    Raises EnclosureNotSuitable, and FortressUnavailable where no child can be confined.
    """
    if len(pdf) > LARGEST_FILE - MORE:
        raise EnclosureNotSuitable(say(TOO_LARGE, size=f"{(LARGEST_FILE - MORE) / 1_000_000:g}"))
    revision = _asked(Wanted(stamp=stamp, at=at).about(pdf))
    if not revision.startswith(pdf) or len(revision) > len(pdf) + MORE:
        raise EnclosureNotSuitable(NO_SEAL)
    return revision


def evidence_of(sealed: bytes, evidence: Evidence) -> bytes:
    """A sealed document with one more revision: evidence, and an empty timestamp; raises EnclosureNotSuitable."""
    lists, answers = tuple(evidence.crls), tuple(evidence.ocsps)
    wanted = Wanted(certificates=tuple(evidence.certificates), lists=lists, answers=answers)
    revision = _asked(wanted.about(sealed))
    if not revision.startswith(sealed) or len(revision) > len(sealed) + MORE:
        raise EnclosureNotSuitable(NO_SEAL)
    return revision


def check_revision(size: int, revision: bytes) -> None:
    """Raise EnclosureNotSuitable unless `revision` adds a seal alone to its first `size` bytes."""
    if _asked(Wanted(size=size).about(revision)):
        raise EnclosureNotSuitable(UNTOLD)


def _asked(message: bytes) -> bytes:
    said = fortress.ask(message)
    if said is None:
        raise EnclosureNotSuitable(TOO_MUCH)
    if said.startswith(DONE):
        return said[len(DONE) :]
    sentence = said.removeprefix(REFUSED).decode(errors="replace")
    raise EnclosureNotSuitable(SENTENCES.get(sentence, NO_SEAL))
