"""Somebody without an account tells us about a document whose verdict was not green; once, however often they press."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from config import tokens
from config.sentences import later, say
from config.unit_of_work import Work
from registry.suspicions.errors import SuspicionNotAccepted, TooManySuspicions
from registry.suspicions.events import SuspicionTold
from registry.suspicions.models import Suspicion, SuspicionFile
from registry.verification.contacts import agency_of
from registry.verification.evidence import Evidence

LOCK = 7_261_105  # of one suspicion at a time: they are counted
WINDOW = timedelta(hours=1)
OF_ONE_NETWORK, OF_ALL = 20, 200  # within WINDOW; many people share one address
MOST_FILES = 200  # that are kept at a time: each may be as large as an upload
LONGEST_NOTE, LONGEST_CONTACT = 2000, 200
REFERENCE = 8  # characters


@dataclass(frozen=True)
class Told:
    """What the person added, all of it optional. The file is there only if they ticked that we keep it."""

    note: str = ""
    contact: str = ""
    file: bytes | None = None


def tell(work: Work, evidence: Evidence, told: Told, network: str, secret: str) -> Suspicion:
    """Keep what was told; the same again finds the first. Raises SuspicionNotAccepted, TooManySuspicions."""
    note, contact = told.note.strip(), " ".join(told.contact.split())
    _check(evidence, note, contact, told.file)
    mark = hmac.digest(secret.encode(), b"network of a suspicion " + network.encode(), hashlib.sha256)[:16]
    same = hashlib.sha256("\n".join((repr(evidence), note, contact)).encode("utf-8", "replace") + mark).hexdigest()
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    if found := work.session.scalar(sa.select(Suspicion).where(Suspicion.evidence_sha256 == same)):
        return found
    _refuse_too_many(work, mark, with_file=told.file is not None)
    made = Suspicion(
        id=tokens.new_id(),
        reference=tokens.random_code(REFERENCE),
        evidence_sha256=same,
        **vars(evidence),
        agency=agency_of(work, evidence.register_code),
        told_at=work.clock.now(),
        note=note,
        contact=contact,
        network_mark=mark,
    )
    work.session.add(made)
    work.session.flush()
    if told.file is not None:
        work.session.add(SuspicionFile(suspicion_id=made.id, content=told.file))
    work.record(SuspicionTold(made.id))
    return made


def _check(evidence: Evidence, note: str, contact: str, file: bytes | None) -> None:
    if len(note) > LONGEST_NOTE or len(contact) > LONGEST_CONTACT:
        most = {"note": LONGEST_NOTE, "contact": LONGEST_CONTACT}
        raise SuspicionNotAccepted(say("The note has at most {note} characters, the contact {contact}.", **most))
    if "\x00" in note + contact:
        raise SuspicionNotAccepted(later("The text has characters that are none."))
    if file is not None and hashlib.sha256(file).hexdigest() != evidence.sha256:
        raise SuspicionNotAccepted(later("This is not the file that was checked. Choose that one, or send none."))


def _refuse_too_many(work: Work, mark: bytes, *, with_file: bool) -> None:
    since = work.clock.now() - WINDOW
    count = sa.select(sa.func.count()).select_from(Suspicion).where(Suspicion.told_at > since)
    kept = sa.select(sa.func.count()).select_from(SuspicionFile)
    ours = work.session.scalars(count.where(Suspicion.network_mark == mark)).one()
    every, files = work.session.scalars(count).one(), work.session.scalars(kept).one()
    if ours >= OF_ONE_NETWORK or every >= OF_ALL or (with_file and files >= MOST_FILES):
        raise TooManySuspicions(later("Too many reports just now. Wait an hour, or call us."))
